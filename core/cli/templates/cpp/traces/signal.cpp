// TITLE. Two accounts that leave the same object within a window are a pair; windows, chance, network and evidence
// are the engine's business. Change opening() to what you think is shared.
#include "claque.hpp"
#include "metadata.h"
#include <algorithm>

namespace {

// The first words, in lower case as far as they are ASCII, where there are enough.
std::optional<std::string> opening(std::string_view text, int64_t words) {
  constexpr const char *SPACES = " \t\n\f\r";
  std::string out;
  for (std::size_t from = text.find_first_not_of(SPACES); from < text.size(); from = text.find_first_not_of(SPACES, from)) {
    const std::size_t end = std::min(text.find_first_of(SPACES, from), text.size());
    if (!out.empty()) out += ' ';
    for (const char c : text.substr(from, end - from)) out += static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (--words == 0) return out;
    from = end;
  }
  return std::nullopt;
}

claque::Output score(claque::Call &call) {
  enum { POST_ID, ACCOUNT_ID, CREATED_AT, TEXT, KIND };
  const int64_t words = call.integer("words");
  auto posts = call.table("posts", {{"post_id", CLAQUE_TEXT}, {"account_id", CLAQUE_TEXT}, {"created_at", CLAQUE_TIME},
                                    {"text", CLAQUE_TEXT}, {"kind", CLAQUE_TEXT}});
  // batch by batch, while the host reads: a large table never stands in memory twice
  return claque::Output::lazy<claque::Traces>([posts = std::move(posts), words]() mutable -> std::optional<claque::Traces> {
    if (!posts.next()) return std::nullopt;
    claque::Traces traces;
    for (int64_t i = 0; i < posts.length(); i++) {
      if (posts.text(KIND, i) == "repost") continue;
      const auto author = posts.text(ACCOUNT_ID, i);
      const auto at = posts.time(CREATED_AT, i);
      const auto object = opening(posts.text(TEXT, i).value_or(""), words);
      if (author && at && object) traces.push(*author, *object, *at, posts.text(POST_ID, i).value());
    }
    return traces;
  });
}

}  // namespace

CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA_1))
