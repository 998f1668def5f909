// TITLE. Change is_night() to what counts as a hit. One row for each account that could have shown it.
#include "claque.hpp"
#include "metadata.h"
#include <algorithm>
#include <map>

namespace {

constexpr int64_t HOUR = 3'600'000'000;  // times are microseconds since 1970, UTC

bool is_night(int64_t at, int64_t from_hour, int64_t hours) {
  const int64_t hour = at / HOUR - (at % HOUR < 0);
  return ((hour - from_hour) % 24 + 24) % 24 < hours;
}

struct Account {
  int64_t total = 0;
  std::vector<std::string> hits;
};

claque::Output score(claque::Call &call) {
  enum { POST_ID, ACCOUNT_ID, CREATED_AT };
  const int64_t from_hour = call.integer("from_hour"), hours = call.integer("hours"), min_posts = call.integer("min_posts");
  std::map<std::string, Account, std::less<>> accounts;
  auto posts = call.table("posts", {{"post_id", CLAQUE_TEXT}, {"account_id", CLAQUE_TEXT}, {"created_at", CLAQUE_TIME}});
  while (posts.next())
    for (int64_t i = 0; i < posts.length(); i++) {
      const auto author = posts.text(ACCOUNT_ID, i);
      const auto at = posts.time(CREATED_AT, i);
      if (!author || !at) continue;
      auto found = accounts.find(*author);
      if (found == accounts.end()) found = accounts.emplace(*author, Account{}).first;
      found->second.total++;
      if (is_night(*at, from_hour, hours)) found->second.hits.emplace_back(posts.text(POST_ID, i).value());
    }
  claque::Rates rates;
  for (auto &[id, account] : accounts) {
    if (account.total < min_posts) continue;
    std::sort(account.hits.begin(), account.hits.end());  // whatever the order of the rows, the same posts are shown
    const std::vector<std::string_view> shown(account.hits.begin(), account.hits.end());
    rates.push(id, static_cast<double>(shown.size()), static_cast<double>(account.total), shown);
  }
  return rates;
}

}  // namespace

CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA_1))
