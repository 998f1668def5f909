/* A right signal of the shape `marks`: the share of a post's text that is not white space, batch by batch, the ids
 * handed through. A bad plugin is this one with one of the macros below defined before it is included:
 *
 *   ON_ENTRY       when the library is asked for its signals        ON_NEXT     before each batch
 *   ON_SCORE       when `score` begins                              ON_BATCH    with an input `batch` in hand
 *   VALUE(i)       the mark of row i                                ON_RELEASE  when the output stream is released
 *   IS_ASKED_TO_STOP  instead of asking the host                   INPUT_FAILED(code)  instead of looking at it
 *
 * and some words further down. Each file says what it is caught by. */
#include "claque.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef ON_ENTRY
#define ON_ENTRY
#endif
#ifndef ON_SCORE
#define ON_SCORE
#endif
#ifndef ON_NEXT
#define ON_NEXT
#endif
#ifndef ON_BATCH
#define ON_BATCH
#endif
#ifndef ON_RELEASE
#define ON_RELEASE
#endif
#ifndef VALUE
#define VALUE(i) share(claque_str_at(text, s->text_format, i), s->least)
#endif
#ifndef IS_ASKED_TO_STOP
#define IS_ASKED_TO_STOP s->host->cancelled(s->host->ctx)
#endif
#ifndef INPUT_FAILED
#define INPUT_FAILED(code) (code)
#endif
#ifndef FLAGS
#define FLAGS (CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC)
#endif
#ifndef ABI
#define ABI CLAQUE_ABI_VERSION
#endif
#ifndef SERVES
#define SERVES(host) (((host) >> 16) == CLAQUE_ABI_MAJOR)
#endif
#ifndef GET_EXTENSION
#define GET_EXTENSION NULL
#endif
#ifndef VALUE_NAME
#define VALUE_NAME "value"
#endif
#ifndef CAP
#define CAP "0.3"
#endif
#ifndef ERROR_OF_INPUT
#define ERROR_OF_INPUT CLAQUE_ERR_RUNTIME
#endif
#ifndef ERROR_OF_SCHEMA
#define ERROR_OF_SCHEMA CLAQUE_ERR_SCHEMA
#endif
#ifndef ERROR_OF_PARAMS
#define ERROR_OF_PARAMS CLAQUE_ERR_PARAMS
#endif
#ifndef METADATA
#define METADATA                                                                                                \
  "{\"id\":\"test.density\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Density\",\"doc\":\"For tests.\","  \
  "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":" CAP ","                   \
  "\"requires\":{\"posts\":{\"post_id\":\"id\",\"text\":\"string\"}},"                                          \
  "\"params\":{\"least\":{\"type\":\"int\",\"default\":3,\"min\":0,\"max\":1000,\"doc\":\"shortest text\"}},"    \
  "\"innocent\":[\"It is a test.\"],\"disarm\":{}}"
#endif

typedef struct {
  struct ArrowArrayStream in;
  const claque_host *host;
  int64_t post_id, text, least;
  char id_format[4], text_format[4];
  int failed;
  const char *why;
#ifdef MORE_STATE
  MORE_STATE
#endif
} state;

#ifdef STATIC_STATE
static state one_for_all;
#define NEW_STATE &one_for_all
#define NEVER_FREES_ITS_STATE
#else
#define NEW_STATE calloc(1, sizeof(state))
#endif

#ifdef IDS_AS_UTF8
#define ID_FORMAT "u"
#else
#define ID_FORMAT "vu"
#endif

static double share(claque_str s, int64_t least) {
  int64_t dense = 0;
  if (s.length == 0 || s.length < least) return 0.0;
  for (int64_t i = 0; i < s.length; i++) dense += s.data[i] != ' ';
  return (double)dense / (double)s.length;
}

/* ---- producers ---- */

static void release_schema(struct ArrowSchema *schema) {
  for (int64_t i = 0; i < schema->n_children; i++) {
    if (schema->children[i]->release) schema->children[i]->release(schema->children[i]);
    free(schema->children[i]);
  }
  free(schema->children);
  free(schema->private_data);
  schema->release = NULL;
}

static void make_schema(struct ArrowSchema *schema, const char *format, const char *name, int64_t children) {
  memset(schema, 0, sizeof *schema);
  schema->private_data = malloc(strlen(format) + 1);
  strcpy(schema->private_data, format);
  schema->format = schema->private_data;
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
#ifndef NEVER_MARKED_AS_RELEASED
  array->release = NULL;
#endif
}

static void make_array(struct ArrowArray *array, int64_t length, int64_t buffers, int64_t children) {
  memset(array, 0, sizeof *array);
  array->length = length;
  array->n_buffers = buffers;
  array->buffers = calloc((size_t)buffers, sizeof *array->buffers);
  array->n_children = children;
  array->children = calloc((size_t)(children ? children : 1), sizeof *array->children);
  for (int64_t i = 0; i < children; i++) array->children[i] = calloc(1, sizeof **array->children);
  array->release = release_array;
}

/* ---- the output stream ---- */

static int out_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
  const state *s = stream->private_data;
  make_schema(out, "+s", "", 2);
  make_schema(out->children[0], s->id_format, "post_id", 0);
  make_schema(out->children[1], "g", VALUE_NAME, 0);
  return 0;
}

static int fail(state *s, int code, const char *why) {
  s->failed = code;
  s->why = why;
  return code;
}

static int out_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
  state *s = stream->private_data;
  struct ArrowArray batch;
  if (s->failed) return s->failed;
  ON_NEXT
  if (IS_ASKED_TO_STOP) return fail(s, ECANCELED, "cancelled");
  memset(&batch, 0, sizeof batch);
  memset(out, 0, sizeof *out);
  const int code = s->in.get_next(&s->in, &batch);
  if (INPUT_FAILED(code)) return fail(s, code, "the input failed");
  if (!batch.release) return 0;
  make_array(out, batch.length, 1, 2);
  make_array(out->children[1], batch.length, 2, 0);
  double *values = malloc(sizeof(double) * (size_t)(batch.length ? batch.length : 1));
  out->children[1]->buffers[1] = values;
  const struct ArrowArray *text = batch.children[s->text];
  (void)text;
  for (int64_t i = 0; i < batch.length; i++) values[i] = VALUE(i);
  *out->children[0] = *batch.children[s->post_id];
  batch.children[s->post_id]->release = NULL;
  ON_BATCH
#ifndef NEVER_RELEASES_ITS_INPUT
  batch.release(&batch);
#endif
  return 0;
}

static const char *out_error(struct ArrowArrayStream *stream) { return ((state *)stream->private_data)->why; }

static void out_release(struct ArrowArrayStream *stream) {
  state *s = stream->private_data;
  ON_RELEASE
  if (s->in.release) s->in.release(&s->in);
#ifndef NEVER_FREES_ITS_STATE
  free(s);
#endif
#ifndef NEVER_MARKED_AS_RELEASED
  stream->release = NULL;
#endif
}

/* ---- the signal ---- */

static int is_text(const struct ArrowSchema *column) { return !strcmp(column->format, "vu"); }

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self;
  const claque_table *posts = claque_find_table(request, "posts");
  const char *least = strstr(request->params_json, "\"least\":");
  ON_SCORE
  if (!posts) return claque_fail(err, ERROR_OF_SCHEMA, "need posts");
  if (!least) return claque_fail(err, ERROR_OF_PARAMS, "need least");
  struct ArrowSchema schema;
  memset(&schema, 0, sizeof schema);
  if (posts->stream->get_schema(posts->stream, &schema)) return claque_fail(err, ERROR_OF_INPUT, "no schema");
  const int64_t post_id = claque_find_column(&schema, "post_id"), text = claque_find_column(&schema, "text");
  const int right = post_id >= 0 && text >= 0 && is_text(schema.children[post_id]) && is_text(schema.children[text]);
  schema.release(&schema);
  if (!right) return claque_fail(err, ERROR_OF_SCHEMA, "need posts(post_id, text)");
  state *s = NEW_STATE;
  s->failed = 0;
  s->host = host;
  s->post_id = post_id;
  s->text = text;
  s->least = least ? atoll(least + strlen("\"least\":")) : 0;
  strcpy(s->id_format, ID_FORMAT);
  strcpy(s->text_format, "vu");
  s->in = *posts->stream;
#ifndef NEVER_MARKS_A_MOVED_STREAM
  posts->stream->release = NULL;
#endif
  *out = (struct ArrowArrayStream){out_schema, out_next, out_error, out_release, s};
  return CLAQUE_OK;
}

static const claque_plugin plugin = {sizeof plugin, FLAGS, METADATA, score, GET_EXTENSION};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, ABI, 1, 0, plugins};

#ifndef NO_ENTRY
const claque_library *claque_library_v1(uint32_t host_abi) {
  ON_ENTRY
  return SERVES(host_abi) ? &library : NULL;
}
#else
const void *claque_not_exported(void);
__attribute__((visibility("hidden"))) const void *claque_not_exported(void) { return &library; }
#endif
