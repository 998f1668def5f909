/* TITLE. Change is_night() to what counts as a hit. One row for each account that could have shown it. */
#include "claque_tables.h"
#include "metadata.h"

#define HOUR INT64_C(3600000000) /* times are microseconds since 1970, UTC */

typedef struct {
  int64_t from_hour, hours, min_posts;
} params;

/* One post: its account's number, and its id when it is a hit. */
typedef struct {
  int64_t account;
  claque_str hit; /* data NULL = no hit */
} post;

static int is_night(int64_t at, const params *p) {
  const int64_t hour = at / HOUR - (at % HOUR < 0);
  return ((hour - p->from_hour) % 24 + 24) % 24 < p->hours;
}

/* By account; the hits first, by id: whatever the order of the rows, the same posts are shown. */
static int by_account_and_id(const void *one, const void *other) {
  const post *a = (const post *)one, *b = (const post *)other;
  if (a->account != b->account) return a->account < b->account ? -1 : 1;
  if (!a->hit.data || !b->hit.data) return (a->hit.data == NULL) - (b->hit.data == NULL);
  const int64_t shorter = a->hit.length < b->hit.length ? a->hit.length : b->hit.length;
  const int order = memcmp(a->hit.data, b->hit.data, (size_t)shorter);
  return order ? order : (a->hit.length > b->hit.length) - (a->hit.length < b->hit.length);
}

/* Reads all posts; ids are numbers in `ids` until all are known, since its memory moves as it grows. */
static int32_t read_posts(claque_reader *r, const params *p, claque_names *accounts, claque_names *ids, claque_buffer *posts) {
  enum { POST_ID, ACCOUNT_ID, CREATED_AT };
  int there;
  while ((there = claque_reader_next(r)) > 0)
    for (int64_t i = 0; i < r->batch.length; i++) {
      if (claque_is_null(r, ACCOUNT_ID, i) || claque_is_null(r, CREATED_AT, i)) continue;
      post next = {claque_intern(accounts, claque_text(r, ACCOUNT_ID, i)), {NULL, -1}};
      if (is_night(claque_time(r, CREATED_AT, i), p)) next.hit.length = claque_intern(ids, claque_text(r, POST_ID, i));
      claque_append(posts, &next, sizeof next);
    }
  claque_reader_close(r);
  if (posts->failed || accounts->failed || ids->failed) return claque_reader_fail(r, CLAQUE_ERR_RUNTIME, "out of memory", "", "");
  return there < 0 ? r->status : CLAQUE_OK;
}

static void count(claque_buffer *posts, const params *p, const claque_names *accounts, const claque_names *ids, claque_rows *rates) {
  post *all = (post *)posts->data;
  const size_t n = posts->used / sizeof *all;
  for (size_t i = 0; i < n; i++)
    if (all[i].hit.length >= 0) all[i].hit = claque_name(ids, (size_t)all[i].hit.length);
  if (n) qsort(all, n, sizeof *all, by_account_and_id);
  claque_buffer hits = {0};
  for (size_t from = 0, to = 0; from < n; from = to) {
    hits.used = 0;
    for (; to < n && all[to].account == all[from].account; to++)
      if (all[to].hit.data) claque_append(&hits, &all[to].hit, sizeof all[to].hit);
    const int64_t n_hits = (int64_t)(hits.used / sizeof(claque_str));
    if ((int64_t)(to - from) >= p->min_posts)
      claque_push_rate(rates, claque_name(accounts, (size_t)all[from].account), (double)n_hits, (double)(to - from),
                       (const claque_str *)hits.data, n_hits);
  }
  rates->cells[0].valid.failed |= hits.failed; /* reported when the rows are given */
  claque_buffer_free(&hits);
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  static const claque_column columns[] = {{"post_id", CLAQUE_TEXT}, {"account_id", CLAQUE_TEXT}, {"created_at", CLAQUE_TIME}};
  (void)self;
  params p;
  int32_t status = claque_param_int(request, "from_hour", &p.from_hour, err);
  if (!status) status = claque_param_int(request, "hours", &p.hours, err);
  if (!status) status = claque_param_int(request, "min_posts", &p.min_posts, err);
  if (status) return status;
  claque_reader reader;
  if (claque_reader_open(&reader, host, request, "posts", columns, 3)) return claque_fail(err, reader.status, reader.error);
  claque_names accounts = {0}, ids = {0};
  claque_buffer posts = {0};
  claque_rows rates;
  claque_rows_begin(&rates, CLAQUE_RATES);
  status = read_posts(&reader, &p, &accounts, &ids, &posts);
  if (!status) {
    count(&posts, &p, &accounts, &ids, &rates);
    status = claque_rows_give(&rates, host, out, err);
  } else {
    claque_fail(err, status, reader.error);
  }
  claque_rows_free(&rates);
  claque_names_free(&accounts);
  claque_names_free(&ids);
  claque_buffer_free(&posts);
  return status;
}

static const claque_plugin signal_1 = {sizeof signal_1, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, METADATA_1, score, NULL};
static const claque_plugin *const signals[] = {&signal_1};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, signals};

const claque_library *claque_library_v1(uint32_t host_abi_version) {
  return (host_abi_version >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
