/* claque.hpp - signals in C++17. Header-only; needs claque.h and claque_tables.h.
 *
 *   static claque::Output score(claque::Call &call) {
 *     auto posts = call.table("posts", {{"post_id", CLAQUE_TEXT}, {"text", CLAQUE_TEXT}});
 *     claque::Marks marks;
 *     while (posts.next())
 *       for (int64_t i = 0; i < posts.length(); i++)
 *         if (posts.text(1, i).value_or("") == "HELLO") marks.push(*posts.text(0, i), 1.0);
 *     return marks;
 *   }
 *   CLAQUE_EXPORT_SIGNALS(claque::signal<score>(METADATA_1))
 *
 * No exception leaves the library, neither from score nor from a callback of
 * the output stream: a claque::Error becomes its own status, any other
 * exception status 5 (CLAQUE_ERR_PANIC), each with its text. Tables and rows
 * free what they hold. It is a convenience and no part of the ABI.
 *
 * Link with -Wl,--version-script so that claque_library_v1 is the only symbol:
 * the templates of the standard library would be exported beside it.
 */
#ifndef CLAQUE_HPP
#define CLAQUE_HPP

#include "claque_tables.h"
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace claque {

/* What stopped a signal, with the status of its kind. The text reaches the
 * user as it is: lower case, no full stop. */
class Error : public std::runtime_error {
 public:
  Error(int32_t status, const std::string &text) : std::runtime_error(text), status_(status) {}
  explicit Error(const std::string &text) : Error(CLAQUE_ERR_RUNTIME, text) {}
  int32_t status() const noexcept { return status_; }

 private:
  int32_t status_;
};

/* The services of the host, callable from any thread until the output is released. */
class Host {
 public:
  explicit Host(const claque_host *raw) noexcept : raw_(raw) {}

  /* level: 0 trace, 1 debug, 2 info, 3 warn, 4 error */
  void log(int32_t level, const std::string &text) const { raw_->log(raw_->ctx, level, text.c_str()); }
  /* 0 to 1; negative when unknown */
  void progress(double fraction) const { raw_->progress(raw_->ctx, fraction, nullptr); }
  bool cancelled() const { return raw_->cancelled(raw_->ctx) != 0; }
  /* Call it every 100 ms or so in long computations; Table::next does it by itself. */
  void check_cancelled() const {
    if (cancelled()) throw Error(CLAQUE_ERR_CANCELLED, "cancelled");
  }
  /* Depends on nothing but the seed of the run and these two: the same on any thread, in any order. */
  uint64_t random(uint64_t stream, uint64_t counter) const { return raw_->random_u64(raw_->ctx, stream, counter); }
  const claque_host *raw() const noexcept { return raw_; }

 private:
  const claque_host *raw_;
};

/* One input table. Columns are called by their number in the list given to
 * Call::table; texts live until the next batch; null is std::nullopt. */
class Table {
 public:
  Table(const claque_host *host, const claque_request *request, const char *name, std::initializer_list<claque_column> columns) {
    if (claque_reader_open(&raw_, host, request, name, columns.begin(), static_cast<int>(columns.size())))
      throw Error(raw_.status, raw_.error);
  }
  Table(Table &&other) noexcept : raw_(other.raw_) { other.forget(); }
  Table &operator=(Table &&other) noexcept {
    if (this != &other) {
      claque_reader_close(&raw_);
      raw_ = other.raw_;
      other.forget();
    }
    return *this;
  }
  Table(const Table &) = delete;
  Table &operator=(const Table &) = delete;
  ~Table() { claque_reader_close(&raw_); }

  /* Goes to the next batch, which may be empty; false = that was all. */
  bool next() {
    const int there = claque_reader_next(&raw_);
    if (there < 0) throw Error(raw_.status, raw_.error);
    return there != 0;
  }
  /* Rows of this batch. */
  int64_t length() const noexcept { return raw_.batch.length; }

  std::optional<std::string_view> text(int column, int64_t row) const {
    if (claque_is_null(&raw_, column, row)) return std::nullopt;
    const claque_str s = claque_text(&raw_, column, row);
    return std::string_view(s.data, static_cast<std::size_t>(s.length));
  }
  std::optional<int64_t> integer(int column, int64_t row) const {
    return claque_is_null(&raw_, column, row) ? std::nullopt : std::optional(claque_int(&raw_, column, row));
  }
  /* Microseconds since 1970, UTC. */
  std::optional<int64_t> time(int column, int64_t row) const { return integer(column, row); }
  std::optional<double> number(int column, int64_t row) const {
    return claque_is_null(&raw_, column, row) ? std::nullopt : std::optional(claque_float(&raw_, column, row));
  }
  std::optional<bool> boolean(int column, int64_t row) const {
    return claque_is_null(&raw_, column, row) ? std::nullopt : std::optional(claque_bool(&raw_, column, row) != 0);
  }

 private:
  void forget() noexcept {
    raw_.batch.release = nullptr;
    raw_.schema.release = nullptr;
    raw_.stream.release = nullptr;
  }
  claque_reader raw_;
};

/* Rows of an output. Use Marks, Rates, Statistics or Traces. */
class Rows {
 public:
  explicit Rows(claque_shape shape) noexcept { claque_rows_begin(&raw_, shape); }
  Rows(Rows &&other) noexcept : raw_(other.raw_) { claque_rows_begin(&other.raw_, other.raw_.shape); }
  Rows &operator=(Rows &&other) noexcept {
    if (this != &other) {
      claque_rows_free(&raw_);
      raw_ = other.raw_;
      claque_rows_begin(&other.raw_, other.raw_.shape);
    }
    return *this;
  }
  Rows(const Rows &) = delete;
  Rows &operator=(const Rows &) = delete;
  ~Rows() { claque_rows_free(&raw_); }
  int64_t length() const noexcept { return claque_rows_length(&raw_); }
  claque_rows *raw() noexcept { return &raw_; }

 protected:
  static claque_str str(std::string_view s) noexcept { return {s.data() ? s.data() : "", static_cast<int64_t>(s.size())}; }
  static std::vector<claque_str> strs(const std::vector<std::string_view> &texts) {
    std::vector<claque_str> out;
    out.reserve(texts.size());
    for (const auto text : texts) out.push_back(str(text));
    return out;
  }
  claque_rows raw_;
};

/* This post shows it, with a value in 0..1. A post that is left out has value 0. */
class Marks : public Rows {
 public:
  Marks() noexcept : Rows(CLAQUE_MARKS) {}
  void push(std::string_view post_id, double value) { claque_push_mark(&raw_, str(post_id), value, claque_no_text()); }
  void push(std::string_view post_id, double value, std::string_view note) { claque_push_mark(&raw_, str(post_id), value, str(note)); }
};

/* So many of so many, one row for each account that could have shown it. */
class Rates : public Rows {
 public:
  Rates() noexcept : Rows(CLAQUE_RATES) {}
  void push(std::string_view account_id, double hits, double total) { claque_push_rate(&raw_, str(account_id), hits, total, nullptr, -1); }
  void push(std::string_view account_id, double hits, double total, const std::vector<std::string_view> &post_ids) {
    const auto posts = strs(post_ids);
    claque_push_rate(&raw_, str(account_id), hits, total, posts.data(), static_cast<int64_t>(posts.size()));
  }
};

/* This group scores so much. A group that is left out is missing, never zero. */
class Statistics : public Rows {
 public:
  Statistics() noexcept : Rows(CLAQUE_STATISTICS) {}
  void push(std::string_view cluster_id, double value) { claque_push_statistic(&raw_, str(cluster_id), value, nullptr, -1); }
  void push(std::string_view cluster_id, double value, const std::vector<std::string_view> &post_ids) {
    const auto posts = strs(post_ids);
    claque_push_statistic(&raw_, str(cluster_id), value, posts.data(), static_cast<int64_t>(posts.size()));
  }
};

/* This account did this very thing then, in this post; at in microseconds since 1970, UTC. */
class Traces : public Rows {
 public:
  Traces() noexcept : Rows(CLAQUE_TRACES) {}
  void push(std::string_view account_id, std::string_view object, int64_t at, std::string_view post_id) {
    claque_push_trace(&raw_, str(account_id), str(object), at, str(post_id));
  }
};

/* What score returns: whole rows, or rows that are made part by part. */
class Output {
 public:
  struct Source {
    explicit Source(claque_shape s) noexcept : shape(s) {}
    virtual ~Source() = default;
    virtual std::optional<Rows> next() = 0;
    claque_shape shape;
  };

  /* Marks, Rates, Statistics or Traces; `return rows;` moves them here */
  template <class R, class = std::enable_if_t<std::is_base_of<Rows, R>::value>>
  Output(R &&whole) : source_(new Whole(std::move(whole))) {}

  /* An output that is made while the host reads it: next() is called until it
   * gives std::nullopt, and may throw. R is Marks, Rates, Statistics or Traces.
   *   return claque::Output::lazy<claque::Marks>([posts = std::move(posts)]() mutable { ... }); */
  template <class R, class Next>
  static Output lazy(Next next) {
    struct Lazy : Source {
      explicit Lazy(Next &&n) : Source(R().raw()->shape), next_(std::move(n)) {}
      std::optional<Rows> next() override {
        std::optional<R> part = next_();
        return part ? std::optional<Rows>(std::move(*part)) : std::nullopt;
      }
      Next next_;
    };
    return Output(std::unique_ptr<Source>(new Lazy(std::move(next))));
  }

  std::unique_ptr<Source> take() noexcept { return std::move(source_); }

 private:
  struct Whole : Source {
    explicit Whole(Rows &&r) : Source(r.raw()->shape), rows(std::move(r)) {}
    std::optional<Rows> next() override {
      std::optional<Rows> out = std::move(rows);
      rows.reset();
      return out;
    }
    std::optional<Rows> rows;
  };
  explicit Output(std::unique_ptr<Source> source) noexcept : source_(std::move(source)) {}
  std::unique_ptr<Source> source_;
};

/* One call of a signal. Nothing may be kept between calls. */
class Call {
 public:
  Call(const claque_host *host, const claque_request *request) noexcept : host_(host), request_(request) {}

  Host host() const noexcept { return Host(host_); }
  uint64_t seed() const noexcept { return request_->seed; }
  /* Threads that the signal may use, its own included; at least 1. */
  uint32_t max_threads() const noexcept { return request_->max_threads > 0 ? request_->max_threads : 1; }
  /* Takes an input table, which can be done once. */
  Table table(const char *name, std::initializer_list<claque_column> columns) const { return Table(host_, request_, name, columns); }

  /* Parameters by type: int (also duration and datetime, in microseconds),
   * float, bool, string or choice, strings. */
  int64_t integer(const char *name) const { return value<int64_t>(claque_param_int, name); }
  double number(const char *name) const { return value<double>(claque_param_float, name); }
  bool boolean(const char *name) const { return value<int>(claque_param_bool, name) != 0; }
  std::string text(const char *name) const { return text_of(find(name), name); }
  std::vector<std::string> texts(const char *name) const {
    const claque_str list = find(name);
    if (*list.data != '[') throw Error(CLAQUE_ERR_PARAMS, std::string("the parameter `") + name + "` is not a list of texts");
    std::vector<std::string> out;
    for (const char *p = list.data + 1; *p != ']'; p += *p == ',') {
      const char *end = claque_json_end(p); /* find() walked over it: not NULL */
      out.push_back(text_of({p, end - p}, name));
      p = end;
    }
    return out;
  }

 private:
  template <class T>
  T value(int32_t (*read)(const claque_request *, const char *, T *, claque_error *), const char *name) const {
    T out{};
    char text[256] = "";
    claque_error err = {sizeof err, sizeof text, text};
    if (const int32_t status = read(request_, name, &out, &err)) throw Error(status, text);
    return out;
  }
  claque_str find(const char *name) const {
    claque_str out{};
    char text[256] = "";
    claque_error err = {sizeof err, sizeof text, text};
    if (const int32_t status = claque_param_find(request_, name, &out, &err)) throw Error(status, text);
    return out;
  }
  static std::string text_of(claque_str json, const char *name) {
    claque_buffer text{};
    const int rc = claque_json_text(json, &text);
    std::unique_ptr<char, void (*)(void *)> freed(text.data, std::free);
    if (rc) throw Error(CLAQUE_ERR_PARAMS, std::string("the parameter `") + name + "` is not a text");
    return text.used ? std::string(text.data, text.used) : std::string();
  }
  const claque_host *host_;
  const claque_request *request_;
};

/* ---- the border ---------------------------------------------------------------- */

namespace border {

/* Runs a body that the host called; whatever it throws becomes a status and a text. */
template <class Body>
int32_t guarded(const claque_host *host, char *text, std::size_t cap, Body body) noexcept {
  int32_t status = CLAQUE_ERR_PANIC;
  try {
    body();
    return CLAQUE_OK;
  } catch (const Error &e) {
    status = e.status();
    std::snprintf(text, cap, "%s", e.what());
  } catch (const std::bad_alloc &) {
    status = CLAQUE_ERR_RUNTIME;
    std::snprintf(text, cap, "out of memory");
  } catch (const std::exception &e) {
    std::snprintf(text, cap, "exception: %s", e.what());
  } catch (...) {
    std::snprintf(text, cap, "an exception that is no std::exception");
  }
  if (status == CLAQUE_ERR_PANIC) host->log(host->ctx, 4, text);
  return status;
}

inline std::atomic<bool> throw_in_score{false};
inline std::atomic<bool> throw_in_stream{false};

inline void throw_if(std::atomic<bool> &armed, const char *where) {
  if (armed.exchange(false)) throw std::runtime_error(std::string("asked to throw in ") + where);
}

struct Stream {
  const claque_host *host;
  std::unique_ptr<Output::Source> source;
  int failed; /* after an error the stream stays failed */
  char text[512];
};

inline int get_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) noexcept {
  return claque_shape_schema(static_cast<Stream *>(s->private_data)->source->shape, out);
}

inline int get_next(struct ArrowArrayStream *s, struct ArrowArray *out) noexcept {
  auto *self = static_cast<Stream *>(s->private_data);
  std::memset(out, 0, sizeof *out);
  if (self->failed) return self->failed;
  const int32_t status = guarded(self->host, self->text, sizeof self->text, [&] {
    Host(self->host).check_cancelled();
    throw_if(throw_in_stream, "the stream");
    std::optional<Rows> part = self->source->next();
    if (part && claque_rows_batch(part->raw(), out)) throw std::bad_alloc();
  });
  if (status == CLAQUE_ERR_PANIC) { /* a stream has no status of its own for it: the host knows it by the word */
    constexpr char word[] = "panic: ";
    constexpr std::size_t n = sizeof word - 1;
    std::memmove(self->text + n, self->text, sizeof self->text - n);
    std::memcpy(self->text, word, n);
    self->text[sizeof self->text - 1] = '\0';
  }
  if (status) self->failed = status == CLAQUE_ERR_CANCELLED ? ECANCELED : EIO;
  return self->failed;
}

inline const char *get_last_error(struct ArrowArrayStream *s) noexcept {
  const auto *self = static_cast<Stream *>(s->private_data);
  return self->text[0] ? self->text : nullptr;
}

inline void release(struct ArrowArrayStream *s) noexcept {
  delete static_cast<Stream *>(s->private_data); /* destructors do not throw in C++ */
  s->release = nullptr;
}

template <Output (*Score)(Call &)>
int32_t score(const claque_plugin *, const claque_host *host, const claque_request *request, struct ArrowArrayStream *out,
              claque_error *err) noexcept {
  char text[512] = "";
  const int32_t status = guarded(host, text, sizeof text, [&] {
    throw_if(throw_in_score, "score");
    Call call(host, request);
    Output output = Score(call);
    std::unique_ptr<Stream> stream(new Stream{host, output.take(), 0, ""});
    *out = {get_schema, get_next, get_last_error, release, stream.release()};
  });
  return status ? claque_fail(err, status, text) : CLAQUE_OK;
}

/* The extension claque.selftest/1: lets a checker see that exceptions are stopped. */
struct SelfTest {
  uint32_t struct_size;
  uint32_t reserved;
  void (*panic_in_score)();
  void (*panic_in_stream)();
};

inline const void *get_extension(const claque_plugin *, const char *id) noexcept {
  static const SelfTest table = {sizeof(SelfTest), 0, [] { throw_in_score = true; }, [] { throw_in_stream = true; }};
  return id && std::strcmp(id, "claque.selftest/1") == 0 ? &table : nullptr;
}

template <std::size_t N>
struct Library {
  explicit Library(const claque_plugin (&given)[N]) noexcept {
    for (std::size_t i = 0; i < N; i++) pointers[i] = &(plugins[i] = given[i]);
    root = {sizeof root, CLAQUE_ABI_VERSION, N, 0, pointers};
  }
  claque_plugin plugins[N];
  const claque_plugin *pointers[N];
  claque_library root;
};

}  // namespace border

/* A signal as the host sees it. Without state it is thread-safe; leave out
 * CLAQUE_FLAG_DETERMINISTIC when the same input may give other rows. */
template <Output (*Score)(Call &)>
claque_plugin signal(const char *metadata_json, uint32_t flags = CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC) noexcept {
  return {sizeof(claque_plugin), flags, metadata_json, border::score<Score>, border::get_extension};
}

}  // namespace claque

/* Ends a library: exports the one symbol of the contract, with these signals in it. */
#define CLAQUE_EXPORT_SIGNALS(...)                                                        \
  const claque_library *claque_library_v1(uint32_t host_abi_version) {                    \
    static const claque_plugin given[] = {__VA_ARGS__};                                   \
    static const claque::border::Library<sizeof given / sizeof given[0]> library(given);  \
    return (host_abi_version >> 16) == CLAQUE_ABI_MAJOR ? &library.root : nullptr;        \
  }

#endif /* CLAQUE_HPP */
