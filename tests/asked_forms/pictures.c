/* A signal that asks for codes and large strings (`ids = "codes"`, `strings = "large_utf8"`): of an account's posts,
 * those with the word "img1" in them. Codes are dense, so what is counted lies in arrays.
 * With -DINVENTS it gives a code that it was not given. */
#include "claque.h"
#include <errno.h>
#include <stdlib.h>

#define METADATA                                                                                                    \
  "{\"id\":\"test.pictures\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Pictures\",\"doc\":\"For tests.\","       \
  "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"rates\",\"cap\":0.3,"                              \
  "\"requires\":{\"posts\":{\"account_id\":\"id\",\"text\":\"string\"}},\"params\":{},"                                \
  "\"innocent\":[\"It is a test.\"],\"disarm\":{}}"

typedef struct {
  struct ArrowArrayStream in;
  const claque_host *host;
  int64_t account, text, size;
  uint32_t accounts;
  double *hits, *total;
  int done;
  const char *why;
} state;

static int fail(state *s, int code, const char *why) {
  s->why = why;
  s->done = code;
  return code;
}

static int has_word(claque_str text) {
  for (int64_t i = 0; i + 4 <= text.length; i++)
    if (!memcmp(text.data + i, "img1", 4)) return 1;
  return 0;
}

static int room_for(state *s, uint32_t code) {
  if (code >= s->size) {
    const int64_t size = 2 * (int64_t)code + 64;
    double *hits = realloc(s->hits, sizeof(double) * (size_t)size);
    if (hits) s->hits = hits;
    double *total = realloc(s->total, sizeof(double) * (size_t)size);
    if (total) s->total = total;
    if (!hits || !total) return 0;
    for (int64_t i = s->size; i < size; i++) hits[i] = total[i] = 0;
    s->size = size;
  }
  if (code >= s->accounts) s->accounts = code + 1;
  return 1;
}

static int count(state *s, const struct ArrowArray *batch) {
  const struct ArrowArray *account = batch->children[s->account], *text = batch->children[s->text];
  const uint32_t *codes = account->buffers[1];
  for (int64_t i = 0; i < batch->length; i++) {
    if (!claque_is_valid(account, i)) continue;
    const uint32_t code = codes[account->offset + i];
    if (!room_for(s, code)) return ENOMEM;
    s->total[code] += 1;
    s->hits[code] += has_word(claque_str_at(text, "U", i));
  }
  return 0;
}

/* ---- producers ---- */

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    free(schema->children[i]);
  }
  free(schema->children);
  schema->release = NULL;
}

static void make_schema(struct ArrowSchema *schema, const char *format, const char *name, int64_t children) {
  memset(schema, 0, sizeof *schema);
  schema->format = format;
  schema->name = name;
  schema->flags = ARROW_FLAG_NULLABLE;
  schema->n_children = children;
  schema->children = calloc((size_t)(children ? children : 1), sizeof *schema->children);
  for (int64_t i = 0; i < children; i++) schema->children[i] = calloc(1, sizeof **schema->children);
  schema->release = release_schema;
}

static void release_array(struct ArrowArray *array) {
  for (int64_t i = 0; i < array->n_children; i++) {
    if (array->children[i]->release) array->children[i]->release(array->children[i]);
    free(array->children[i]);
  }
  free(array->children);
  for (int64_t i = 1; i < array->n_buffers; i++) free((void *)array->buffers[i]);
  free(array->buffers);
  array->release = NULL;
}

static void make_array(struct ArrowArray *array, int64_t length, const void *values, int64_t children) {
  memset(array, 0, sizeof *array);
  array->length = length;
  array->n_buffers = values ? 2 : 1;
  array->buffers = calloc(2, sizeof *array->buffers);
  array->buffers[1] = values;
  array->n_children = children;
  array->children = calloc((size_t)(children ? children : 1), sizeof *array->children);
  for (int64_t i = 0; i < children; i++) array->children[i] = calloc(1, sizeof **array->children);
  array->release = release_array;
}

/* ---- the output stream ---- */

static int out_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  (void)stream;
  make_schema(out, "+s", "", 3);
  make_schema(out->children[0], "I", "account_id", 0);
  make_schema(out->children[1], "g", "hits", 0);
  make_schema(out->children[2], "g", "total", 0);
  return 0;
}

static int out_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  state *s = stream->private_data;
  memset(out, 0, sizeof *out);
  if (s->done) return s->done < 0 ? 0 : s->done;
  for (;;) {
    struct ArrowArray batch;
    memset(&batch, 0, sizeof batch);
    if (s->host->cancelled(s->host->ctx)) return fail(s, ECANCELED, "cancelled");
    if (s->in.get_next(&s->in, &batch)) return fail(s, EIO, "the input failed");
    if (!batch.release) break;
    const int code = count(s, &batch);
    batch.release(&batch);
    if (code) return fail(s, code, "out of memory");
  }
  s->done = -1;
  uint32_t n = 0, *codes = malloc(sizeof(uint32_t) * (s->accounts + 1));
  double *hits = malloc(sizeof(double) * (s->accounts + 1)), *total = malloc(sizeof(double) * (s->accounts + 1));
  for (uint32_t code = 0; code < s->accounts; code++) {
    if (s->total[code] == 0) continue;
    codes[n] = code;
#ifdef INVENTS
    codes[n] += 1000;
#endif
    hits[n] = s->hits[code];
    total[n++] = s->total[code];
  }
  make_array(out, n, NULL, 3);
  make_array(out->children[0], n, codes, 0);
  make_array(out->children[1], n, hits, 0);
  make_array(out->children[2], n, total, 0);
  return 0;
}

static const char *out_error(struct ArrowArrayStream *stream) { return ((state *)stream->private_data)->why; }

static void out_release(struct ArrowArrayStream *stream) {
  state *s = stream->private_data;
  if (s->in.release) s->in.release(&s->in);
  free(s->hits);
  free(s->total);
  free(s);
  stream->release = NULL;
}

/* ---- the signal ---- */

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self;
  const claque_table *posts = claque_find_table(request, "posts");
  if (request->params_json[0] != '{' || request->params_json[strlen(request->params_json) - 1] != '}' ||
      (request->params_json[1] != '}' && request->params_json[1] != '"'))
    return claque_fail(err, CLAQUE_ERR_PARAMS, "the parameters are no object");
  if (!posts) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need posts");
  struct ArrowSchema schema;
  memset(&schema, 0, sizeof schema);
  if (posts->stream->get_schema(posts->stream, &schema)) return claque_fail(err, CLAQUE_ERR_RUNTIME, "no schema");
  const int64_t account = claque_find_column(&schema, "account_id"), text = claque_find_column(&schema, "text");
  const int right = account >= 0 && text >= 0 && !strcmp(schema.children[account]->format, "I") &&
                    !strcmp(schema.children[text]->format, "U");
  schema.release(&schema);
  if (!right) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need posts(account_id as codes, text as large strings)");
  state *s = calloc(1, sizeof *s);
  if (!s) return claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory");
  s->host = host;
  s->account = account;
  s->text = text;
  s->in = *posts->stream;
  posts->stream->release = NULL;
  *out = (struct ArrowArrayStream){out_schema, out_next, out_error, out_release, s};
  return CLAQUE_OK;
}

static const claque_plugin plugin = {sizeof plugin, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, METADATA, score,
                                     NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};

__attribute__((visibility("default"))) const claque_library *claque_library_v1(uint32_t host_abi) {
  return (host_abi >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
