/* TITLE. Change share() to what you want to see in a post: 0 not at all, 1 fully. */
#include "claque_tables.h"
#include "metadata.h"

/* Share of capitals among the ASCII letters; negative when there are too few. */
static double share(claque_str text, int64_t min_letters) {
  int64_t letters = 0, upper = 0;
  for (int64_t i = 0; i < text.length; i++) {
    const char c = text.data[i];
    upper += c >= 'A' && c <= 'Z';
    letters += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
  return letters >= min_letters ? (double)upper / (double)letters : -1.0;
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  enum { POST_ID, TEXT };
  static const claque_column columns[] = {{"post_id", CLAQUE_TEXT}, {"text", CLAQUE_TEXT}};
  (void)self;
  int64_t min_letters;
  int32_t status = claque_param_int(request, "min_letters", &min_letters, err);
  if (status) return status;
  if (min_letters < 1) return claque_fail(err, CLAQUE_ERR_PARAMS, "min_letters must be at least 1");
  claque_reader posts;
  if (claque_reader_open(&posts, host, request, "posts", columns, 2)) return claque_fail(err, posts.status, posts.error);
  claque_rows marks;
  claque_rows_begin(&marks, CLAQUE_MARKS);
  int there;
  while ((there = claque_reader_next(&posts)) > 0)
    for (int64_t i = 0; i < posts.batch.length; i++) {
      const double value = share(claque_text(&posts, TEXT, i), min_letters);
      if (value >= 0) claque_push_mark(&marks, claque_text(&posts, POST_ID, i), value, claque_no_text());
    }
  claque_reader_close(&posts);
  if (there == 0) return claque_rows_give(&marks, host, out, err);
  claque_rows_free(&marks);
  return claque_fail(err, posts.status, posts.error);
}

static const claque_plugin signal_1 = {sizeof signal_1, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, METADATA_1, score, NULL};
static const claque_plugin *const signals[] = {&signal_1};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, signals};

const claque_library *claque_library_v1(uint32_t host_abi_version) {
  return (host_abi_version >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
