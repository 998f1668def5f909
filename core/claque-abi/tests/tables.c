/* What claque_tables.h promises, as a program for C11 and C++17: it prints what is wrong, and ends with 1. */
#include "claque_tables.h"

static int failures = 0;
#define CHECK(cond) \
  do { \
    if (!(cond)) { \
      printf("line %d: %s\n", __LINE__, #cond); \
      failures++; \
    } \
  } while (0)

static int is(claque_str s, const char *text) { return (size_t)s.length == strlen(text) && memcmp(s.data, text, strlen(text)) == 0; }

/* ---- a host ---- */

static int32_t asked_to_stop = 0;
static void log_nothing(void *ctx, int32_t level, const char *message) { (void)ctx, (void)level, (void)message; }
static void no_progress(void *ctx, double fraction, const char *note) { (void)ctx, (void)fraction, (void)note; }
static int32_t cancelled(void *ctx) { return (void)ctx, asked_to_stop; }
static uint64_t no_random(void *ctx, uint64_t stream, uint64_t counter) { return (void)ctx, (void)stream, (void)counter, 0; }
static const void *no_extension(void *ctx, const char *id) { return (void)ctx, (void)id, (const void *)NULL; }
static const claque_host host = {sizeof(claque_host), CLAQUE_ABI_VERSION, NULL, log_nothing, no_progress, cancelled, no_random, no_extension};

static claque_request request_of(const char *params, const claque_table *const *tables, uint32_t n) {
  claque_request r = {sizeof(claque_request), n, tables, params, 0, 1, 0};
  return r;
}

/* ---- parameters ---- */

static void parameters(void) {
  const char *json = "{\"a\":-12,\"list\":[\"x\",\"a]\\\",\"],\"name\":\"\\\"a\\\":7\",\"real\":2.5e-1,\"sure\":true,\"none\":[]}";
  claque_str v;
  char text[200] = "";
  claque_error err = {sizeof err, sizeof text, text};
  claque_request r = request_of(json, NULL, 0);
  int64_t whole = 0;
  double real = 0;
  int sure = 0;
  CHECK(claque_param(json, "a", &v) == 1 && is(v, "-12"));
  CHECK(claque_param(json, "list", &v) == 1 && is(v, "[\"x\",\"a]\\\",\"]"));
  CHECK(claque_param(json, "none", &v) == 1 && is(v, "[]"));
  CHECK(claque_param(json, "nam", &v) == 0 && claque_param(json, "names", &v) == 0);
  CHECK(claque_param_int(&r, "a", &whole, &err) == CLAQUE_OK && whole == -12);
  CHECK(claque_param_float(&r, "real", &real, &err) == CLAQUE_OK && real == 0.25);
  CHECK(claque_param_float(&r, "a", &real, &err) == CLAQUE_OK && real == -12.0);
  CHECK(claque_param_bool(&r, "sure", &sure, &err) == CLAQUE_OK && sure == 1);
  CHECK(claque_param_int(&r, "real", &whole, &err) == CLAQUE_ERR_PARAMS && strcmp(text, "the parameter `real` is not a whole number") == 0);
  CHECK(claque_param_bool(&r, "a", &sure, &err) == CLAQUE_ERR_PARAMS && strcmp(text, "the parameter `a` is not true or false") == 0);
  CHECK(claque_param_float(&r, "sure", &real, &err) == CLAQUE_ERR_PARAMS && strcmp(text, "the parameter `sure` is not a number") == 0);
  CHECK(claque_param_int(&r, "b", &whole, &err) == CLAQUE_ERR_PARAMS && strstr(text, "`b` is not there") != NULL);
  claque_buffer name = {NULL, 0, 0, 0};
  CHECK(claque_param_text(&r, "name", &name, &err) == CLAQUE_OK && name.used == 5 && memcmp(name.data, "\"a\":7", 5) == 0);
  CHECK(claque_param_text(&r, "a", &name, &err) == CLAQUE_ERR_PARAMS && strcmp(text, "the parameter `a` is not a text") == 0);
  claque_buffer_free(&name);

  static const char *const broken[] = {"", "{", "[]", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "{\"a\":1}x",
                                       "{\"a\":{}}", "{\"a\":\"1}", "{\"a\":[1}", "{\"a\":\"\\", "nonsense"};
  for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
    r = request_of(broken[i], NULL, 0);
    CHECK(claque_param(broken[i], "a", &v) == -1);
    CHECK(claque_param_int(&r, "a", &whole, &err) == CLAQUE_ERR_PARAMS && strstr(text, "not a flat JSON object") != NULL);
  }
  CHECK(claque_param("{}", "a", &v) == 0);
}

static void texts(void) {
  static const struct {
    const char *json, *text;
  } right[] = {{"\"\"", ""},
               {"\"caf\xc3\xa9\"", "caf\xc3\xa9"},
               {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"},
               {"\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00!\"", "A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80!"}};
  static const char *const wrong[] = {"\"", "1", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ud83dx\"", "\"\\ude00\"", "\"\\ud83d\\u0041\""};
  for (size_t i = 0; i < sizeof right / sizeof *right; i++) {
    claque_buffer b = {NULL, 0, 0, 0};
    CHECK(claque_json_text(claque_literal(right[i].json), &b) == 0);
    CHECK(b.used == strlen(right[i].text) && (b.used == 0 || memcmp(b.data, right[i].text, b.used) == 0));
    claque_buffer_free(&b);
  }
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    claque_buffer b = {NULL, 0, 0, 0};
    CHECK(claque_json_text(claque_literal(wrong[i]), &b) == -1);
    claque_buffer_free(&b);
  }
}

/* ---- names ---- */

static void names(void) {
  claque_names n;
  memset(&n, 0, sizeof n);
  CHECK(claque_find_name(&n, claque_literal("a")) == -1);
  char text[32];
  for (int round = 0; round < 2; round++)
    for (int i = 0; i < 5000; i++) {
      snprintf(text, sizeof text, "account-%d", i * 7);
      CHECK(claque_intern(&n, claque_literal(text)) == i);
    }
  CHECK(n.n == 5000 && is(claque_name(&n, 0), "account-0") && is(claque_name(&n, 4999), "account-34993"));
  CHECK(claque_find_name(&n, claque_literal("account-1")) == -1 && claque_find_name(&n, claque_literal("account-14")) == 2);
  CHECK(claque_intern(&n, claque_literal("")) == 5000 && claque_find_name(&n, claque_literal("")) == 5000 && is(claque_name(&n, 5000), ""));
  claque_names_free(&n);
}

/* ---- rows out and in again ---- */

/* The rows as the table `t` of a request, read back by `check`. */
static void round_trip(claque_rows *rows, const claque_column *columns, int n, void (*check)(claque_reader *)) {
  struct ArrowArrayStream stream;
  memset(&stream, 0, sizeof stream);
  char text[200] = "";
  claque_error err = {sizeof err, sizeof text, text};
  CHECK(claque_rows_give(rows, &host, &stream, &err) == CLAQUE_OK);
  CHECK(claque_rows_length(rows) == 0);
  const claque_table table = {sizeof table, 0, "t", -1, &stream};
  const claque_table *const tables[] = {&table};
  const claque_request r = request_of("{}", tables, 1);
  claque_reader reader;
  CHECK(claque_reader_open(&reader, &host, &r, "t", columns, n) == CLAQUE_OK);
  CHECK(stream.release == NULL); /* moved */
  CHECK(claque_reader_next(&reader) == 1);
  check(&reader);
  CHECK(claque_reader_next(&reader) == 0);
  claque_reader_close(&reader);
  CHECK(claque_reader_next(&reader) == 0); /* closed: no rows, no crash */
  CHECK(claque_reader_open(&reader, &host, &r, "t", columns, n) == CLAQUE_ERR_SCHEMA && strstr(reader.error, "taken before") != NULL);
}

static void marks_read(claque_reader *r) {
  CHECK(r->batch.length == 10);
  for (int64_t i = 0; i < 10; i++) {
    CHECK(claque_text(r, 0, i).length == 3 + (i == 9) && claque_float(r, 1, i) == (double)i / 10);
    CHECK(claque_is_null(r, 2, i) == (i % 3 != 0));
    CHECK(i % 3 ? claque_text(r, 2, i).length == 0 : is(claque_text(r, 2, i), "a note"));
  }
  CHECK(!claque_is_null(r, 0, 9) && is(claque_text(r, 0, 9), "x:10"));
}

static void rates_read(claque_reader *r) {
  const struct ArrowArray *lists = r->batch.children[3];
  const int64_t *ends = (const int64_t *)lists->buffers[1];
  CHECK(r->batch.length == 3 && lists->length == 3 && lists->null_count == 1);
  CHECK(!claque_is_valid(lists, 0) && claque_is_valid(lists, 1) && claque_is_valid(lists, 2));
  CHECK(ends[0] == 0 && ends[1] == 0 && ends[2] == 0 && ends[3] == CLAQUE_MAX_POSTS); /* 1,001 were given */
  CHECK(lists->children[0]->length == CLAQUE_MAX_POSTS && is(claque_str_at(lists->children[0], "U", 999), "x:1"));
  CHECK(claque_float(r, 1, 2) == 1001.0 && claque_float(r, 2, 2) == 2000.0);
}

static void traces_read(claque_reader *r) {
  CHECK(r->batch.length == 1 && claque_time(r, 1, 0) == INT64_C(1700000000000000) && is(claque_text(r, 0, 0), "object"));
}

static void nothing_read(claque_reader *r) { CHECK(r->batch.length == 0); }

static void rows(void) {
  static const claque_column marks[] = {{"post_id", CLAQUE_TEXT}, {"value", CLAQUE_FLOAT}, {"note", CLAQUE_TEXT}};
  static const claque_column rates[] = {{"account_id", CLAQUE_TEXT}, {"hits", CLAQUE_FLOAT}, {"total", CLAQUE_FLOAT}};
  static const claque_column traces[] = {{"object", CLAQUE_TEXT}, {"at", CLAQUE_TIME}};
  static const claque_column statistics[] = {{"cluster_id", CLAQUE_TEXT}, {"value", CLAQUE_FLOAT}};
  claque_rows out;
  claque_rows_begin(&out, CLAQUE_MARKS);
  for (int i = 0; i < 10; i++) {
    char id[16];
    snprintf(id, sizeof id, "x:%d", i + 1);
    claque_push_mark(&out, claque_literal(id), i / 10.0, i % 3 ? claque_no_text() : claque_literal("a note"));
  }
  round_trip(&out, marks, 3, marks_read);
  round_trip(&out, marks, 3, nothing_read);

  claque_str posts[1001];
  for (int i = 0; i < 1001; i++) posts[i] = claque_literal("x:1");
  claque_rows_begin(&out, CLAQUE_RATES);
  claque_push_rate(&out, claque_literal("x:a"), 0, 1, NULL, -1);
  claque_push_rate(&out, claque_literal("x:b"), 0, 1, NULL, 0);
  claque_push_rate(&out, claque_literal("x:c"), 1001, 2000, posts, 1001);
  round_trip(&out, rates, 3, rates_read);
  claque_rows_begin(&out, CLAQUE_TRACES);
  claque_push_trace(&out, claque_literal("x:a"), claque_literal("object"), INT64_C(1700000000000000), claque_literal("x:1"));
  round_trip(&out, traces, 2, traces_read);
  claque_rows_begin(&out, CLAQUE_STATISTICS);
  round_trip(&out, statistics, 2, nothing_read);
}

/* ---- what a reader refuses ---- */

static void refusals(void) {
  struct ArrowArrayStream stream;
  char text[200] = "";
  claque_error err = {sizeof err, sizeof text, text};
  const claque_table table = {sizeof table, 0, "t", -1, &stream};
  const claque_table *const tables[] = {&table};
  const claque_request r = request_of("{}", tables, 1);
  claque_reader reader;
  static const struct {
    const char *table;
    claque_column column;
    int32_t status;
    const char *text;
  } cases[] = {{"u", {"value", CLAQUE_FLOAT}, CLAQUE_ERR_SCHEMA, "the table `u` is not there: declare it in plugin.toml"},
               {"t", {"valeu", CLAQUE_FLOAT}, CLAQUE_ERR_SCHEMA, "t has no column valeu"},
               {"t", {"value", CLAQUE_INT}, CLAQUE_ERR_SCHEMA, "value is not a whole number"},
               {"t", {"post_id", CLAQUE_BOOL}, CLAQUE_ERR_SCHEMA, "post_id is not a bool"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    claque_rows out;
    claque_rows_begin(&out, CLAQUE_MARKS);
    memset(&stream, 0, sizeof stream);
    CHECK(claque_rows_give(&out, &host, &stream, &err) == CLAQUE_OK);
    CHECK(claque_reader_open(&reader, &host, &r, cases[i].table, &cases[i].column, 1) == cases[i].status);
    CHECK(strcmp(reader.error, cases[i].text) == 0);
    if (stream.release) stream.release(&stream); /* not taken: the host's to release */
  }
  claque_rows out;
  claque_rows_begin(&out, CLAQUE_MARKS);
  memset(&stream, 0, sizeof stream);
  CHECK(claque_rows_give(&out, &host, &stream, &err) == CLAQUE_OK);
  CHECK(claque_reader_open(&reader, &host, &r, "t", &cases[1].column, 0) == CLAQUE_OK);
  asked_to_stop = 1;
  CHECK(claque_reader_next(&reader) == -1 && reader.status == CLAQUE_ERR_CANCELLED && strcmp(reader.error, "cancelled") == 0);
  asked_to_stop = 0;
  CHECK(claque_reader_next(&reader) == -1 && reader.status == CLAQUE_ERR_CANCELLED); /* stays so */

  struct ArrowArray batch;
  claque_rows_begin(&out, CLAQUE_MARKS);
  CHECK(claque_rows_give(&out, &host, &stream, &err) == CLAQUE_OK);
  asked_to_stop = 1;
  CHECK(stream.get_next(&stream, &batch) == ECANCELED && strcmp(stream.get_last_error(&stream), "cancelled") == 0);
  asked_to_stop = 0;
  stream.release(&stream);
  claque_rows_begin(&out, CLAQUE_MARKS);
  claque_push_mark(&out, claque_literal("x:1"), 1, claque_no_text());
  out.cells[0].text.failed = 1; /* as after an allocation that failed */
  CHECK(claque_rows_give(&out, &host, &stream, &err) == CLAQUE_ERR_RUNTIME && strcmp(text, "out of memory") == 0);
}

/* ---- every type of column, sliced and with nulls ---- */

static void types(void) {
  claque_reader r;
  memset(&r, 0, sizeof r);
  const uint8_t bits[] = {0xb}; /* rows 0, 1, 3 of the buffer */
  const double reals[] = {7, -1, 5, 9};
  const int64_t wholes[] = {1, INT64_MIN, 3, 4};
  const uint8_t truths[] = {0x2};
  const int32_t ends[] = {0, 1, 3};
  const int8_t keys[] = {1, 0, 1, 1};
  const void *words_buffers[] = {NULL, ends, "abb"};
  const void *buffers[4][2] = {{bits, reals}, {bits, wholes}, {bits, truths}, {bits, keys}};
  struct ArrowArray words, arrays[4], *children[4];
  struct ArrowSchema word, schemas[4], *fields[4];
  memset(&words, 0, sizeof words);
  memset(&word, 0, sizeof word);
  words.length = 2, words.n_buffers = 3, words.buffers = words_buffers;
  word.format = "u";
  static const char *const formats[] = {"g", "l", "b", "c"};
  for (int i = 0; i < 4; i++) {
    memset(&arrays[i], 0, sizeof arrays[i]);
    memset(&schemas[i], 0, sizeof schemas[i]);
    arrays[i].length = 3, arrays[i].offset = 1, arrays[i].n_buffers = 2, arrays[i].buffers = buffers[i];
    schemas[i].format = formats[i];
    children[i] = &arrays[i], fields[i] = &schemas[i], r.at[i] = i;
  }
  arrays[3].dictionary = &words, schemas[3].dictionary = &word;
  r.batch.children = children, r.schema.children = fields, r.batch.length = 3;
  CHECK(claque_is_of_kind(&schemas[0], CLAQUE_FLOAT) && !claque_is_of_kind(&schemas[0], CLAQUE_INT) && claque_is_of_kind(&schemas[1], CLAQUE_INT) && claque_is_of_kind(&schemas[2], CLAQUE_BOOL));
  CHECK(claque_is_of_kind(&schemas[3], CLAQUE_TEXT) && !claque_is_of_kind(&schemas[3], CLAQUE_INT));
  CHECK(claque_float(&r, 0, 0) == -1 && claque_is_null(&r, 0, 1) && claque_float(&r, 0, 1) == 0 && claque_float(&r, 0, 2) == 9);
  CHECK(claque_int(&r, 1, 0) == INT64_MIN && claque_is_null(&r, 1, 1) && claque_int(&r, 1, 2) == 4);
  CHECK(claque_bool(&r, 2, 0) == 1 && claque_bool(&r, 2, 1) == 0 && claque_bool(&r, 2, 2) == 0);
  CHECK(is(claque_text(&r, 3, 0), "a") && claque_is_null(&r, 3, 1) && is(claque_text(&r, 3, 2), "bb"));
}

int main(void) {
  parameters();
  texts();
  names();
  rows();
  refusals();
  types();
  return failures != 0;
}
