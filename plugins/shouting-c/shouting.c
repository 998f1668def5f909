/* A complete signal of the contract in C: emits `marks`.
 *   in:   posts(post_id: id, text: string)
 *   out:  post_id (moved through, zero copy), value = share of capital letters among the ASCII letters,
 *         0 when the text has fewer than min_letters of them
 * Its declaration stands twice, here in METADATA and in plugin.toml; the two must agree, and
 * `claque plugin check` says where they do not. Build it with `make`. */
#include "claque.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const char METADATA[] =
    "{\"id\":\"org.example.shouting\",\"version\":\"1.0.0\",\"api\":\"1\","
    "\"title\":\"Text in capitals\","
    "\"doc\":\"The share of capital letters among the ASCII letters of a post.\","
    "\"dimension\":\"disinformation\",\"family\":\"tone\","
    "\"emits\":\"marks\",\"cap\":0.3,"
    "\"requires\":{\"posts\":{\"post_id\":\"id\",\"text\":\"string\"}},"
    "\"params\":{\"min_letters\":{\"type\":\"int\",\"default\":20,\"min\":1,\"max\":1000,"
    "\"doc\":\"shortest text, ASCII letters\"}},"
    "\"innocent\":[\"Headlines, acronyms and alerts are written in capitals.\"],\"disarm\":{}}";

typedef struct {
  struct ArrowArrayStream in;
  const claque_host *host;
  int64_t post_id, text;
  char id_format[4], text_format[4];
  int64_t min_letters;
  int failed; /* after an error the stream stays failed */
  char err[256];
} state;

/* ---- small producers ------------------------------------------------------- */

static void release_schema(struct ArrowSchema *s) {
  for (int64_t i = 0; i < s->n_children; i++) {
    if (s->children[i] && s->children[i]->release) s->children[i]->release(s->children[i]);
    free(s->children[i]);
  }
  free(s->children);
  free(s->private_data);
  s->release = NULL;
}

static int make_schema(struct ArrowSchema *s, const char *format, const char *name, int64_t kids) {
  memset(s, 0, sizeof *s);
  s->name = name; /* static */
  s->flags = ARROW_FLAG_NULLABLE;
  s->release = release_schema;
  char *copy = malloc(strlen(format) + 1); /* may outlive the stream: own it */
  if (!copy) return ENOMEM;
  strcpy(copy, format);
  s->format = s->private_data = copy;
  if (kids > 0) {
    s->children = calloc((size_t)kids, sizeof *s->children);
    if (!s->children) return ENOMEM;
    s->n_children = kids;
    for (int64_t i = 0; i < kids; i++)
      if (!(s->children[i] = calloc(1, sizeof **s->children))) return ENOMEM;
  }
  return 0;
}

typedef struct {
  const void *buffers[2];
  double *values;
} column;

static void release_array(struct ArrowArray *a) {
  for (int64_t i = 0; i < a->n_children; i++) {
    if (a->children[i] && a->children[i]->release) a->children[i]->release(a->children[i]);
    free(a->children[i]);
  }
  free(a->children);
  column *c = a->private_data;
  if (c) free(c->values);
  free(c);
  a->release = NULL;
}

static int make_array(struct ArrowArray *a, int64_t length, int64_t n_buffers, int64_t kids) {
  memset(a, 0, sizeof *a);
  column *c = calloc(1, sizeof *c);
  if (!c) return ENOMEM;
  a->release = release_array;
  a->private_data = c;
  a->length = length;
  a->buffers = c->buffers;
  a->n_buffers = n_buffers;
  if (kids > 0) {
    a->children = calloc((size_t)kids, sizeof *a->children);
    if (!a->children) return ENOMEM;
    a->n_children = kids;
    for (int64_t i = 0; i < kids; i++)
      if (!(a->children[i] = calloc(1, sizeof **a->children))) return ENOMEM;
  }
  return 0;
}

/* ---- the analysis ----------------------------------------------------------- */

static double capitals(claque_str s, int64_t min_letters) {
  int64_t letters = 0, upper = 0;
  for (int64_t i = 0; i < s.length; i++) {
    const char c = s.data[i];
    upper += c >= 'A' && c <= 'Z';
    letters += (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }
  return letters >= min_letters ? (double)upper / (double)letters : 0.0;
}

/* ---- the output stream ------------------------------------------------------ */

static int out_schema(struct ArrowArrayStream *st, struct ArrowSchema *out) {
  const state *s = st->private_data;
  int rc = make_schema(out, "+s", "", 2);
  if (!rc) rc = make_schema(out->children[0], s->id_format, "post_id", 0);
  if (!rc) rc = make_schema(out->children[1], "g", "value", 0);
  if (rc && out->release) out->release(out);
  return rc;
}

static int fail(state *s, int code, const char *what, const char *detail) {
  s->failed = code;
  snprintf(s->err, sizeof s->err, "%s%s", what, detail ? detail : "");
  return code;
}

static int out_next(struct ArrowArrayStream *st, struct ArrowArray *out) {
  state *s = st->private_data;
  struct ArrowArray batch;
  if (s->failed) return s->failed;
  if (s->host->cancelled(s->host->ctx)) return fail(s, ECANCELED, "cancelled", NULL);
  memset(&batch, 0, sizeof batch);
  const int in = s->in.get_next(&s->in, &batch);
  if (in) return fail(s, in, "input: ", s->in.get_last_error(&s->in));
  memset(out, 0, sizeof *out);
  if (!batch.release) return 0; /* end of stream: out->release is NULL */

  int rc = make_array(out, batch.length, 1, 2);
  if (!rc) rc = make_array(out->children[1], batch.length, 2, 0);
  if (!rc) {
    column *value = out->children[1]->private_data;
    value->values = malloc(sizeof(double) * (size_t)(batch.length ? batch.length : 1));
    value->buffers[1] = value->values;
    if (!value->values) rc = ENOMEM;
  }
  if (rc) {
    if (out->release) out->release(out);
    batch.release(&batch);
    return fail(s, rc, "out of memory", NULL);
  }
  const struct ArrowArray *text = batch.children[s->text];
  double *values = ((column *)out->children[1]->private_data)->values;
  for (int64_t i = 0; i < batch.length; i++)
    values[i] = capitals(claque_str_at(text, s->text_format, i), s->min_letters);
  *out->children[0] = *batch.children[s->post_id]; /* MOVE the id column */
  batch.children[s->post_id]->release = NULL;
  batch.release(&batch);
  s->host->progress(s->host->ctx, -1.0, NULL);
  return 0;
}

static const char *out_error(struct ArrowArrayStream *st) {
  const state *s = st->private_data;
  return s->err[0] ? s->err : NULL;
}

static void out_release(struct ArrowArrayStream *st) {
  state *s = st->private_data;
  if (s->in.release) s->in.release(&s->in);
  free(s);
  st->release = NULL;
}

/* ---- the signal ------------------------------------------------------------- */

static int is_string(const struct ArrowSchema *c) {
  return !c->dictionary && (!strcmp(c->format, "vu") || !strcmp(c->format, "U") || !strcmp(c->format, "u"));
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *req,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self;
  const claque_table *posts = claque_find_table(req, "posts");
  if (!posts) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need the table posts");
  /* params_json is a flat object with every parameter in it, so this is enough for an int */
  const char *p = strstr(req->params_json, "\"min_letters\":");
  if (!p) return claque_fail(err, CLAQUE_ERR_PARAMS, "need the parameter min_letters");
  const long long min_letters = strtoll(p + strlen("\"min_letters\":"), NULL, 10);
  if (min_letters < 1) return claque_fail(err, CLAQUE_ERR_PARAMS, "min_letters must be at least 1");

  struct ArrowSchema schema;
  memset(&schema, 0, sizeof schema);
  if (posts->stream->get_schema(posts->stream, &schema)) {
    const char *why = posts->stream->get_last_error(posts->stream);
    return claque_fail(err, CLAQUE_ERR_RUNTIME, why ? why : "no schema");
  }
  const int64_t id = claque_find_column(&schema, "post_id"), text = claque_find_column(&schema, "text");
  const int ok = id >= 0 && text >= 0 && is_string(schema.children[id]) && is_string(schema.children[text]);
  state *s = ok ? calloc(1, sizeof *s) : NULL;
  if (s) {
    snprintf(s->id_format, sizeof s->id_format, "%s", schema.children[id]->format);
    snprintf(s->text_format, sizeof s->text_format, "%s", schema.children[text]->format);
  }
  schema.release(&schema);
  if (!ok) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need posts(post_id: string, text: string)");
  if (!s) return claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory");
  s->host = host;
  s->post_id = id;
  s->text = text;
  s->min_letters = min_letters;
  s->in = *posts->stream; /* MOVE the input */
  posts->stream->release = NULL;
  *out = (struct ArrowArrayStream){out_schema, out_next, out_error, out_release, s};
  return CLAQUE_OK;
}

static const claque_plugin plugin = {sizeof plugin, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC,
                                     METADATA, score, NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};

const claque_library *claque_library_v1(uint32_t host_abi) {
  return (host_abi >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
