// A complete signal of the contract in C++17: emits `marks`, part by part while the host reads them.
//   in:   posts(post_id: id, text: string)
//   out:  value = different hashtags as a part of `many`, at most 1; note = the hashtags in order
// What it throws stays inside: see claque.hpp. Build it with `make`.
#include "claque.hpp"
#include "metadata.h"
#include <algorithm>
#include <set>

namespace {

bool ends_a_tag(char c) {
  const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  return !is_word && static_cast<unsigned char>(c) < 0x80;  // letters beyond ASCII are part of a tag
}

std::set<std::string> hashtags(std::string_view text) {
  std::set<std::string> found;
  for (std::size_t at = text.find('#'); at != std::string_view::npos; at = text.find('#', at)) {
    const auto from = text.begin() + static_cast<std::ptrdiff_t>(++at);
    std::string tag(from, std::find_if(from, text.end(), ends_a_tag));
    std::transform(tag.begin(), tag.end(), tag.begin(), [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    if (!tag.empty()) found.insert(std::move(tag));
  }
  return found;
}

std::string listed(const std::set<std::string> &tags) {
  std::string out;
  for (const auto &tag : tags) out += (out.empty() ? "" : ", ") + tag;
  return out;
}

claque::Output score(claque::Call &call) {
  enum { POST_ID, TEXT };
  const auto many = static_cast<double>(call.integer("many"));
  if (many < 1) throw claque::Error(CLAQUE_ERR_PARAMS, "`many` must be at least 1");
  auto posts = call.table("posts", {{"post_id", CLAQUE_TEXT}, {"text", CLAQUE_TEXT}});
  return claque::Output::lazy<claque::Marks>(
      [posts = std::move(posts), ignore = call.texts("ignore"), many]() mutable -> std::optional<claque::Marks> {
        if (!posts.next()) return std::nullopt;
        claque::Marks marks;
        for (int64_t i = 0; i < posts.length(); i++) {
          auto tags = hashtags(posts.text(TEXT, i).value_or(""));
          for (const auto &tag : ignore) tags.erase(tag);
          if (!tags.empty()) marks.push(posts.text(POST_ID, i).value(), std::min(1.0, static_cast<double>(tags.size()) / many), listed(tags));
        }
        return marks;
      });
}

}  // namespace

CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA_1))
