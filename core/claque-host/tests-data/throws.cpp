// A signal on claque.hpp that does what its parameter `mode` says. Input and output are marks.
#include "claque.hpp"

namespace {

constexpr const char *METADATA =
    R"({"id":"test.throws","version":"1.0.0","api":"1","title":"Throws","dimension":"disinformation","family":"test",)"
    R"("emits":"marks","innocent":["None."],"requires":{"marks.in":{"post_id":"id","value":"float","note":"string?"}},)"
    R"("params":{"mode":{"type":"string","default":"echo"},"words":{"type":"strings","default":["a","b\"c"]},)"
    R"("n":{"type":"int","default":7},"x":{"type":"float","default":0.5},"on":{"type":"bool","default":true}}})";

claque::Table input(claque::Call &call) {
  return call.table("marks.in", {{"post_id", CLAQUE_TEXT}, {"value", CLAQUE_FLOAT}, {"note", CLAQUE_TEXT}});
}

claque::Marks copy(const claque::Table &table) {
  claque::Marks marks;
  for (int64_t i = 0; i < table.length(); i++) {
    const auto id = table.text(0, i).value();
    const auto note = table.text(2, i);
    note ? marks.push(id, table.number(1, i).value_or(0), *note) : marks.push(id, table.number(1, i).value_or(0));
  }
  return marks;
}

claque::Output score(claque::Call &call) {
  const std::string mode = call.text("mode");
  if (mode == "std::exception") throw std::out_of_range("row 7 of 3");
  if (mode == "int") throw 42;
  if (mode == "bad_alloc") throw std::bad_alloc();
  if (mode == "params") throw claque::Error(CLAQUE_ERR_PARAMS, "share is " + std::to_string(call.integer("n")));
  if (mode == "unsupported") throw claque::Error(CLAQUE_ERR_UNSUPPORTED, "needs AVX-512");
  if (mode == "runtime") throw claque::Error("disk full");
  if (mode == "no table") call.table("posts", {});
  if (mode == "no column") call.table("marks.in", {{"weight", CLAQUE_FLOAT}});
  if (mode == "no param") return (void)call.integer("m"), claque::Marks();
  if (mode == "another type") return (void)call.boolean("n"), claque::Marks();
  if (mode == "wait") {
    for (;;) call.host().check_cancelled();
  }
  if (mode == "params read") {
    std::string text = call.boolean("on") ? "on" : "off";
    for (const auto &word : call.texts("words")) text += " " + word;
    text += " " + std::to_string(call.integer("n")) + " " + std::to_string(call.number("x")) + " " + std::to_string(call.max_threads());
    text += " " + std::to_string(call.host().random(0x0370734413198a2e, 0x85a308d3243f6a88));
    call.host().log(2, text);
    call.host().progress(0.25);
  }
  auto table = input(call);
  if (mode == "lazy") {
    return claque::Output::lazy<claque::Marks>([table = std::move(table)]() mutable -> std::optional<claque::Marks> {
      if (!table.next()) return std::nullopt;
      return copy(table);
    });
  }
  if (mode == "late") {
    return claque::Output::lazy<claque::Marks>([n = 0]() mutable -> std::optional<claque::Marks> {
      if (n++ > 0) throw std::logic_error("too late");
      return claque::Marks();
    });
  }
  claque::Marks marks;
  while (table.next()) {
    claque::Marks part = copy(table);
    marks = std::move(part);
  }
  return marks;
}

}  // namespace

CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA))
