// TITLE. `clusters` holds the real groups and decoys under meaningless ids; the engine ranks the ones among the
// others. Reduce to one value per account BEFORE reading `clusters`: decoys make that table a thousand times longer.
#include "claque.hpp"
#include "metadata.h"
#include <algorithm>
#include <map>
#include <unordered_map>

namespace {

constexpr int64_t DAY = 86'400'000'000;  // times are microseconds since 1970, UTC

claque::Output score(claque::Call &call) {
  const int64_t min_known = call.integer("min_known");
  std::unordered_map<std::string, int64_t> days;
  auto accounts = call.table("accounts", {{"account_id", CLAQUE_TEXT}, {"created_at", CLAQUE_TIME}});
  while (accounts.next())
    for (int64_t i = 0; i < accounts.length(); i++) {
      const auto account = accounts.text(0, i);
      const auto at = accounts.time(1, i);
      if (!account || !at) continue;
      const int64_t day = *at / DAY - (*at % DAY < 0);
      const auto [known, is_new] = days.emplace(*account, day);  // an account may be described more than once
      if (!is_new) known->second = std::min(known->second, day);
    }

  struct Group {
    int64_t known = 0, most = 0;
    std::unordered_map<int64_t, int64_t> per_day;
  };
  std::map<std::string, Group> groups;
  auto clusters = call.table("clusters", {{"cluster_id", CLAQUE_TEXT}, {"account_id", CLAQUE_TEXT}});
  while (clusters.next())
    for (int64_t i = 0; i < clusters.length(); i++) {
      const auto day = days.find(std::string(clusters.text(1, i).value_or("")));
      if (day == days.end()) continue;
      Group &group = groups[std::string(clusters.text(0, i).value())];
      group.known++;
      group.most = std::max(group.most, ++group.per_day[day->second]);
    }

  claque::Statistics statistics;
  for (const auto &[id, group] : groups)
    if (group.known >= min_known)  // a group that is left out is missing, never zero
      statistics.push(id, static_cast<double>(group.most) / static_cast<double>(group.known));
  return statistics;
}

}  // namespace

CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA_1))
