// TITLE. Change share() to what you want to see in a post: 0 not at all, 1 fully.
#include "claque.hpp"
#include "metadata.h"

namespace {

// Share of capitals among the ASCII letters, where there are enough of them.
std::optional<double> share(std::string_view text, int64_t min_letters) {
  int64_t letters = 0, upper = 0;
  for (const char c : text) {
    upper += c >= 'A' && c <= 'Z';
    letters += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
  if (letters < min_letters || letters == 0) return std::nullopt;
  return static_cast<double>(upper) / static_cast<double>(letters);
}

claque::Output score(claque::Call &call) {
  enum { POST_ID, TEXT };
  const int64_t min_letters = call.integer("min_letters");
  auto posts = call.table("posts", {{"post_id", CLAQUE_TEXT}, {"text", CLAQUE_TEXT}});
  // batch by batch, while the host reads: a large table never stands in memory twice
  return claque::Output::lazy<claque::Marks>([posts = std::move(posts), min_letters]() mutable -> std::optional<claque::Marks> {
    if (!posts.next()) return std::nullopt;
    claque::Marks marks;
    for (int64_t i = 0; i < posts.length(); i++)
      if (const auto value = share(posts.text(TEXT, i).value_or(""), min_letters)) marks.push(posts.text(POST_ID, i).value(), *value);
    return marks;
  });
}

}  // namespace

CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA_1))
