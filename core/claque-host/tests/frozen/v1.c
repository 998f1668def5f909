/* The library behind libclaque_v1.so, which is frozen: see README.md. Four signals, one of each shape.
 * frozen.marks reads every type of column and parameter, uses every function of the host, hands its ids
 * through, makes its output while the host reads, and fails where its parameter `mode` says so. */
#include "claque.h"
#include "claque_tables.h"

#define HEAD(id, emits) \
  "{\"id\":\"" id "\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Frozen\",\"dimension\":\"disinformation\"," \
  "\"family\":\"test\",\"emits\":\"" emits "\",\"innocent\":[\"None.\"],"

static const char MARKS[] = HEAD("frozen.marks", "marks")
    "\"requires\":{\"posts\":{\"post_id\":\"id\",\"text\":\"string\",\"kind\":\"category\",\"n_like\":\"int\","
    "\"lat\":\"float\",\"embedded\":\"bool\",\"created_at\":\"datetime\",\"title\":\"string?\"}},"
    "\"params\":{\"mode\":{\"type\":\"choice\",\"of\":[\"rows\",\"fail\",\"late\",\"wait\"],\"default\":\"rows\"},"
    "\"whole\":{\"type\":\"int\",\"default\":3},\"real\":{\"type\":\"float\",\"default\":0.5},"
    "\"sure\":{\"type\":\"bool\",\"default\":true},\"text\":{\"type\":\"string\",\"default\":\"a\"},"
    "\"words\":{\"type\":\"strings\",\"default\":[\"a\",\"b\"]},\"span\":{\"type\":\"duration\",\"default\":\"5m\"},"
    "\"from\":{\"type\":\"datetime\",\"default\":\"2024-06-09T00:00:00Z\"}}}";
static const char RATES[] = HEAD("frozen.rates", "rates") "\"requires\":{\"posts\":{\"account_id\":\"id\"}}}";
static const char STATISTICS[] = HEAD("frozen.statistics", "statistics") "\"requires\":{\"clusters\":{\"cluster_id\":\"id\",\"account_id\":\"id\"}}}";
static const char TRACES[] = HEAD("frozen.traces", "traces") "\"requires\":{\"posts\":{\"account_id\":\"id\"}}}";

typedef struct {
  claque_reader posts;
  int late, failed;
} state;

enum { POST_ID, TEXT, KIND, N_LIKE, LAT, EMBEDDED, CREATED_AT, TITLE };
static const claque_column COLUMNS[] = {{"post_id", CLAQUE_TEXT}, {"text", CLAQUE_TEXT}, {"kind", CLAQUE_TEXT},
                                        {"n_like", CLAQUE_INT}, {"lat", CLAQUE_FLOAT}, {"embedded", CLAQUE_BOOL},
                                        {"created_at", CLAQUE_TIME}, {"title", CLAQUE_TEXT}};

static int marks_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) {
  const state *st = (const state *)s->private_data;
  const int rc = claque_shape_schema(CLAQUE_MARKS, out);
  /* the ids go back as they came, in their own format */
  if (!rc) out->children[0]->format = st->posts.schema.children[st->posts.at[POST_ID]]->format[0] == 'v' ? "vu" : "U";
  return rc;
}

static int marks_next(struct ArrowArrayStream *s, struct ArrowArray *out) {
  state *st = (state *)s->private_data;
  memset(out, 0, sizeof *out);
  if (st->late) st->failed = EIO;
  if (st->failed) return st->failed;
  const int there = claque_reader_next(&st->posts);
  if (there < 0) return st->failed = st->posts.status == CLAQUE_ERR_CANCELLED ? ECANCELED : EIO;
  if (there == 0) return 0;
  claque_rows rows;
  claque_rows_begin(&rows, CLAQUE_MARKS);
  for (int64_t i = 0; i < st->posts.batch.length; i++) {
    char note[200];
    const claque_str text = claque_text(&st->posts, TEXT, i), kind = claque_text(&st->posts, KIND, i);
    snprintf(note, sizeof note, "%d%d%d%d%d%d%d|%.*s|%.*s|%lld|%g|%d|%lld", claque_is_null(&st->posts, TEXT, i),
             claque_is_null(&st->posts, KIND, i), claque_is_null(&st->posts, N_LIKE, i), claque_is_null(&st->posts, LAT, i),
             claque_is_null(&st->posts, EMBEDDED, i), claque_is_null(&st->posts, CREATED_AT, i), claque_is_null(&st->posts, TITLE, i),
             (int)text.length, text.data, (int)kind.length, kind.data, (long long)claque_int(&st->posts, N_LIKE, i),
             claque_float(&st->posts, LAT, i), claque_bool(&st->posts, EMBEDDED, i), (long long)claque_time(&st->posts, CREATED_AT, i));
    claque_push_mark(&rows, claque_literal(""), (double)(st->posts.host->random_u64(st->posts.host->ctx, 7, (uint64_t)i) >> 11) / 9007199254740992.0,
                     claque_literal(note));
  }
  const int rc = claque_rows_batch(&rows, out);
  if (rc) return st->failed = rc;
  struct ArrowArray *ids = st->posts.batch.children[st->posts.at[POST_ID]];
  out->children[0]->release(out->children[0]);
  *out->children[0] = *ids; /* MOVE */
  ids->release = NULL;
  return 0;
}

static const char *marks_error(struct ArrowArrayStream *s) {
  const state *st = (const state *)s->private_data;
  return st->late ? "asked to fail in the stream" : st->posts.error;
}

static void marks_release(struct ArrowArrayStream *s) {
  state *st = (state *)s->private_data;
  claque_reader_close(&st->posts);
  free(st);
  s->release = NULL;
}

/* Says what it was given, and what the host's functions gave. */
static void tell(const claque_host *host, const claque_request *request) {
  char text[800];
  host->log(host->ctx, 2, request->params_json);
  const claque_table *posts = claque_find_table(request, "posts");
  snprintf(text, sizeof text, "abi %u seed %llx threads %u tables %u rows %lld random %llx extension %d", host->abi_version >> 16,
           (unsigned long long)request->seed, request->max_threads, request->n_tables, posts ? (long long)posts->n_rows : -2,
           (unsigned long long)host->random_u64(host->ctx, UINT64_C(0x0370734413198a2e), UINT64_C(0x85a308d3243f6a88)),
           host->get_extension(host->ctx, "claque.nothing/1") != NULL);
  host->log(host->ctx, 3, text);
  host->progress(host->ctx, 0.5, "half");
  host->progress(host->ctx, -1, NULL);
}

static int32_t score_marks(const claque_plugin *self, const claque_host *host, const claque_request *request,
                           struct ArrowArrayStream *out, claque_error *err) {
  (void)self;
  claque_buffer mode = {NULL, 0, 0, 0};
  const int32_t status = claque_param_text(request, "mode", &mode, err);
  if (status) return status;
  const char first = mode.used == 4 ? *mode.data : '?';
  claque_buffer_free(&mode);
  if (first == 'f') return claque_fail(err, CLAQUE_ERR_RUNTIME, "asked to fail");
  if (first == 'w') {
    while (!host->cancelled(host->ctx)) {
    }
    return claque_fail(err, CLAQUE_ERR_CANCELLED, "cancelled");
  }
  tell(host, request);
  state *st = (state *)calloc(1, sizeof *st);
  if (!st) return claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory");
  st->late = first == 'l';
  if (claque_reader_open(&st->posts, host, request, "posts", COLUMNS, 8)) {
    const int32_t failed = claque_fail(err, st->posts.status, st->posts.error);
    free(st);
    return failed;
  }
  *out = (struct ArrowArrayStream){marks_schema, marks_next, marks_error, marks_release, st};
  return CLAQUE_OK;
}

static int32_t score_rates(const claque_plugin *self, const claque_host *host, const claque_request *request,
                           struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)request; /* the table is left to the host */
  claque_rows rows;
  claque_rows_begin(&rows, CLAQUE_RATES);
  const claque_str posts[] = {claque_literal("x:1"), claque_literal("x:2")};
  claque_push_rate(&rows, claque_literal("x:a"), 0, 2.5, NULL, -1);
  claque_push_rate(&rows, claque_literal("x:b"), 2, 2, posts, 2);
  return claque_rows_give(&rows, host, out, err);
}

static int32_t score_statistics(const claque_plugin *self, const claque_host *host, const claque_request *request,
                                struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)request;
  claque_rows rows;
  claque_rows_begin(&rows, CLAQUE_STATISTICS);
  claque_push_statistic(&rows, claque_literal("k1"), -0.5, NULL, -1);
  return claque_rows_give(&rows, host, out, err);
}

static int32_t score_traces(const claque_plugin *self, const claque_host *host, const claque_request *request,
                            struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)request;
  claque_rows rows;
  claque_rows_begin(&rows, CLAQUE_TRACES);
  claque_push_trace(&rows, claque_literal("x:a"), claque_literal("https://one.example/"), INT64_C(1700000000000000), claque_literal("x:1"));
  return claque_rows_give(&rows, host, out, err);
}

static const void *no_extension(const claque_plugin *self, const char *id) { return (void)self, (void)id, (const void *)NULL; }

#define PLUGIN(metadata, score, get_extension) \
  {sizeof(claque_plugin), CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, metadata, score, get_extension}
static const claque_plugin all[] = {PLUGIN(MARKS, score_marks, no_extension), PLUGIN(RATES, score_rates, NULL),
                                    PLUGIN(STATISTICS, score_statistics, NULL), PLUGIN(TRACES, score_traces, NULL)};
static const claque_plugin *const pointers[] = {&all[0], &all[1], &all[2], &all[3]};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 4, 0, pointers};

const claque_library *claque_library_v1(uint32_t host_abi_version) {
  return (host_abi_version >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
