/* TITLE. Two accounts that leave the same object within a window are a pair; windows, chance, network and
 * evidence are the engine's business. Change opening() to what you think is shared. */
#include "claque_tables.h"
#include "metadata.h"

static int is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v'); }

/* The first words, in lower case as far as they are ASCII; 0 when there are too few. */
static int opening(claque_str text, int64_t words, claque_buffer *out) {
  out->used = 0;
  for (int64_t i = 0; i < text.length;) {
    while (i < text.length && is_space(text.data[i])) i++;
    if (i == text.length) break;
    if (out->used) claque_append(out, " ", 1);
    for (; i < text.length && !is_space(text.data[i]); i++) {
      const char c = text.data[i], lower = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
      claque_append(out, &lower, 1);
    }
    if (--words == 0) return 1;
  }
  return 0;
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  enum { POST_ID, ACCOUNT_ID, CREATED_AT, TEXT, KIND };
  static const claque_column columns[] = {{"post_id", CLAQUE_TEXT}, {"account_id", CLAQUE_TEXT}, {"created_at", CLAQUE_TIME},
                                          {"text", CLAQUE_TEXT}, {"kind", CLAQUE_TEXT}};
  (void)self;
  int64_t words;
  int32_t status = claque_param_int(request, "words", &words, err);
  if (status) return status;
  if (words < 1) return claque_fail(err, CLAQUE_ERR_PARAMS, "words must be at least 1");
  claque_reader posts;
  if (claque_reader_open(&posts, host, request, "posts", columns, 5)) return claque_fail(err, posts.status, posts.error);
  claque_rows traces;
  claque_rows_begin(&traces, CLAQUE_TRACES);
  claque_buffer object = {0};
  int there;
  while ((there = claque_reader_next(&posts)) > 0)
    for (int64_t i = 0; i < posts.batch.length; i++) {
      const claque_str kind = claque_text(&posts, KIND, i);
      if (kind.length == 6 && memcmp(kind.data, "repost", 6) == 0) continue;
      if (claque_is_null(&posts, ACCOUNT_ID, i) || claque_is_null(&posts, CREATED_AT, i)) continue;
      if (!opening(claque_text(&posts, TEXT, i), words, &object)) continue;
      const claque_str text = {object.data, (int64_t)object.used};
      claque_push_trace(&traces, claque_text(&posts, ACCOUNT_ID, i), text, claque_time(&posts, CREATED_AT, i),
                        claque_text(&posts, POST_ID, i));
    }
  claque_reader_close(&posts);
  const int failed = object.failed;
  claque_buffer_free(&object);
  if (there == 0 && !failed) return claque_rows_give(&traces, host, out, err);
  claque_rows_free(&traces);
  return failed ? claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory") : claque_fail(err, posts.status, posts.error);
}

static const claque_plugin signal_1 = {sizeof signal_1, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, METADATA_1, score, NULL};
static const claque_plugin *const signals[] = {&signal_1};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, signals};

const claque_library *claque_library_v1(uint32_t host_abi_version) {
  return (host_abi_version >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
