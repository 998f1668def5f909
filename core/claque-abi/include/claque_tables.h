/* claque_tables.h - parameters in, tables in, rows out: what most signals in C
 * do around their own few lines. Header-only, C11 or C++17, needs claque.h.
 *
 * It is a convenience and no part of the ABI: copy it into your plugin, change
 * it, or do without. In C++ include claque.hpp instead, which is built on it.
 *
 *   reader   one input table, batch by batch: open, next ... next, close
 *   rows     one output table of the four shapes: begin, push ... push, give
 *   names    strings to numbers 0, 1, 2 ...: for groups and joins
 *   buffer   bytes that grow
 *
 * Nothing here starts threads, keeps state between calls or writes to stderr.
 * An allocation that fails is remembered, and reported when the rows are given.
 */
#ifndef CLAQUE_TABLES_H
#define CLAQUE_TABLES_H

#include "claque.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- bytes that grow --------------------------------------------------------- */

typedef struct claque_buffer {
  char *data;
  size_t used, room;
  int failed; /* out of memory: what was appended since is lost */
} claque_buffer;

static inline void claque_append(claque_buffer *b, const void *bytes, size_t n) {
  if (b->failed || n == 0) return;
  if (n > b->room - b->used) {
    size_t room = b->room < 64 ? 64 : b->room * 2;
    while (room - b->used < n) room *= 2;
    char *data = (char *)realloc(b->data, room);
    if (!data) {
      b->failed = 1;
      return;
    }
    b->data = data;
    b->room = room;
  }
  memcpy(b->data + b->used, bytes, n);
  b->used += n;
}

static inline void claque_buffer_free(claque_buffer *b) {
  free(b->data);
  memset(b, 0, sizeof *b);
}

/* ---- strings to numbers ------------------------------------------------------ */

/* All strings that were interned, numbered in the order of their first coming. */
typedef struct claque_names {
  claque_buffer text, ends; /* ends: one size_t per name */
  int64_t *slots;           /* open addressing: number + 1, 0 = free */
  size_t n_slots, n;
  int failed; /* out of memory: some strings have no number */
} claque_names;

static inline claque_str claque_name(const claque_names *names, size_t number) {
  const size_t *ends = (const size_t *)names->ends.data;
  const size_t from = number == 0 ? 0 : ends[number - 1];
  claque_str out = {names->text.data + from, (int64_t)(ends[number] - from)};
  return out;
}

/* The slot of a string: where it is, or where it would go. */
static inline size_t claque_names_slot(const claque_names *names, claque_str s) {
  uint64_t hash = 14695981039346656037u; /* FNV-1a */
  for (int64_t i = 0; i < s.length; i++) hash = (hash ^ (unsigned char)s.data[i]) * 1099511628211u;
  size_t slot = (size_t)(hash ^ (hash >> 32)) & (names->n_slots - 1);
  while (names->slots[slot]) {
    const claque_str known = claque_name(names, (size_t)names->slots[slot] - 1);
    if (known.length == s.length && memcmp(known.data, s.data, (size_t)s.length) == 0) break;
    slot = (slot + 1) & (names->n_slots - 1);
  }
  return slot;
}

/* The number of a string, or -1 when it was never interned. */
static inline int64_t claque_find_name(const claque_names *names, claque_str s) {
  return names->n_slots ? names->slots[claque_names_slot(names, s)] - 1 : -1;
}

/* The number of a string, a new one when it was never interned; -1 = out of memory. */
static inline int64_t claque_intern(claque_names *names, claque_str s) {
  if (2 * (names->n + 1) > names->n_slots) {
    claque_names more = *names;
    more.n_slots = names->n_slots ? 2 * names->n_slots : 64;
    more.slots = (int64_t *)calloc(more.n_slots, sizeof *more.slots);
    if (!more.slots) return names->failed = 1, -1;
    for (size_t i = 0; i < names->n; i++) more.slots[claque_names_slot(&more, claque_name(names, i))] = (int64_t)i + 1;
    free(names->slots);
    *names = more;
  }
  const size_t slot = claque_names_slot(names, s);
  if (!names->slots[slot]) {
    claque_append(&names->text, s.data, (size_t)s.length);
    const size_t end = names->text.used;
    claque_append(&names->ends, &end, sizeof end);
    if (names->text.failed || names->ends.failed) return names->failed = 1, -1;
    names->slots[slot] = (int64_t)++names->n;
  }
  return names->slots[slot] - 1;
}

static inline void claque_names_free(claque_names *names) {
  claque_buffer_free(&names->text);
  claque_buffer_free(&names->ends);
  free(names->slots);
  memset(names, 0, sizeof *names);
}

/* ---- parameters -------------------------------------------------------------- */

/* The end of the JSON value that begins at p, or NULL. */
static inline const char *claque_json_end(const char *p) {
  if (*p == '"') {
    for (p++; *p && *p != '"'; p++)
      if (*p == '\\' && *++p == '\0') return NULL;
    return *p ? p + 1 : NULL;
  }
  if (*p == '[') {
    if (*++p == ']') return p + 1;
    while ((p = claque_json_end(p)) && *p == ',') p++;
    return p && *p == ']' ? p + 1 : NULL;
  }
  const size_t n = strcspn(p, ",]} \t\r\n\"[{:");
  return n > 0 ? p + n : NULL;
}

/* The JSON text of a parameter. 1 = there, 0 = not there, -1 = json is no flat
 * object. The host writes it compact: no spaces. */
static inline int claque_param(const char *json, const char *name, claque_str *value) {
  const size_t n = strlen(name);
  const char *p = json;
  int found = 0;
  if (*p++ != '{') return -1;
  while (*p != '}') {
    const char *key = p;
    if (*key != '"' || !(p = claque_json_end(p)) || *p++ != ':') return -1;
    const char *from = p;
    if (!(p = claque_json_end(p)) || (*p != ',' && *p != '}')) return -1;
    if ((size_t)(from - key) == n + 3 && strncmp(key + 1, name, n) == 0) {
      value->data = from;
      value->length = p - from;
      found = 1;
    }
    if (*p == ',' && *++p != '"') return -1;
  }
  return p[1] ? -1 : found;
}

static inline int32_t claque_param_fail(claque_error *err, const char *name, const char *what) {
  char text[160];
  snprintf(text, sizeof text, "the parameter `%.60s` %s", name, what);
  return claque_fail(err, CLAQUE_ERR_PARAMS, text);
}

static inline int32_t claque_param_find(const claque_request *r, const char *name, claque_str *value, claque_error *err) {
  const int found = claque_param(r->params_json, name, value);
  if (found < 0) return claque_fail(err, CLAQUE_ERR_PARAMS, "the parameters are not a flat JSON object");
  return found ? CLAQUE_OK : claque_param_fail(err, name, "is not there: declare it in plugin.toml under `params`");
}

/* A parameter of the type int; also duration and datetime, in microseconds. */
static inline int32_t claque_param_int(const claque_request *r, const char *name, int64_t *out, claque_error *err) {
  claque_str value = {NULL, 0};
  char *end;
  const int32_t status = claque_param_find(r, name, &value, err);
  if (status) return status;
  *out = strtoll(value.data, &end, 10);
  return end == value.data + value.length ? CLAQUE_OK : claque_param_fail(err, name, "is not a whole number");
}

/* A parameter of the type float. */
static inline int32_t claque_param_float(const claque_request *r, const char *name, double *out, claque_error *err) {
  claque_str value = {NULL, 0};
  char *end;
  const int32_t status = claque_param_find(r, name, &value, err);
  if (status) return status;
  *out = strtod(value.data, &end);
  const int is_number = end == value.data + value.length && (*value.data == '-' || (*value.data >= '0' && *value.data <= '9'));
  return is_number ? CLAQUE_OK : claque_param_fail(err, name, "is not a number");
}

/* A parameter of the type bool. */
static inline int32_t claque_param_bool(const claque_request *r, const char *name, int *out, claque_error *err) {
  claque_str value = {NULL, 0};
  const int32_t status = claque_param_find(r, name, &value, err);
  if (status) return status;
  *out = *value.data == 't';
  return *value.data == 't' || *value.data == 'f' ? CLAQUE_OK : claque_param_fail(err, name, "is not true or false");
}

/* Four hex digits at p, or -1. */
static inline int32_t claque_hex4(const char *p) {
  int32_t code = 0;
  for (int i = 0; i < 4; i++) {
    const char c = p[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

/* Appends the text of a JSON string, quotes included in `json`. 0, or -1 when it is none. */
static inline int claque_json_text(claque_str json, claque_buffer *out) {
  const char *p = json.data + 1, *end = json.data + json.length - 1;
  if (json.length < 2 || *json.data != '"') return -1;
  while (p < end) {
    if (*p != '\\') {
      claque_append(out, p++, 1);
      continue;
    }
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *at = strchr(from, p[1]);
    if (at) {
      claque_append(out, &to[at - from], 1);
      p += 2;
      continue;
    }
    int32_t code = p[1] == 'u' && end - p >= 6 ? claque_hex4(p + 2) : -1;
    p += 6;
    if (code >= 0xd800 && code < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') { /* a pair of surrogates */
      const int32_t low = claque_hex4(p + 2);
      code = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : -1;
      p += 6;
    }
    if (code < 0 || (code >= 0xd800 && code < 0xe000)) return -1;
    const uint32_t c = (uint32_t)code;
    const unsigned char utf8[4] = {
        (unsigned char)(c < 0x80 ? c : c < 0x800 ? 0xc0 | (c >> 6) : c < 0x10000 ? 0xe0 | (c >> 12) : 0xf0 | (c >> 18)),
        (unsigned char)(c < 0x800 ? 0x80 | (c & 63) : c < 0x10000 ? 0x80 | ((c >> 6) & 63) : 0x80 | ((c >> 12) & 63)),
        (unsigned char)(c < 0x10000 ? 0x80 | (c & 63) : 0x80 | ((c >> 6) & 63)), (unsigned char)(0x80 | (c & 63))};
    claque_append(out, utf8, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
  }
  return out->failed ? -1 : 0;
}

/* A parameter of the type string or choice, appended to `out` without a NUL. */
static inline int32_t claque_param_text(const claque_request *r, const char *name, claque_buffer *out, claque_error *err) {
  claque_str value = {NULL, 0};
  const int32_t status = claque_param_find(r, name, &value, err);
  if (status) return status;
  return claque_json_text(value, out) == 0 ? CLAQUE_OK : claque_param_fail(err, name, "is not a text");
}

/* ---- a table in ---------------------------------------------------------------- */

typedef enum claque_kind {
  CLAQUE_TEXT,  /* id, string, category */
  CLAQUE_INT,   /* int */
  CLAQUE_FLOAT, /* float */
  CLAQUE_BOOL,  /* bool */
  CLAQUE_TIME   /* datetime: microseconds since 1970, UTC */
} claque_kind;

typedef struct claque_column {
  const char *name;
  claque_kind kind;
} claque_column;

#define CLAQUE_MAX_COLUMNS 32
#define CLAQUE_MAX_POSTS 1000 /* in post_ids of one row */

typedef struct claque_reader {
  struct ArrowArrayStream stream;
  struct ArrowSchema schema;
  struct ArrowArray batch; /* the current one; batch.length rows */
  const claque_host *host;
  int at[CLAQUE_MAX_COLUMNS]; /* where the wanted columns stand in the batch */
  int32_t status;             /* of what failed last */
  char error[256];            /* and its text */
} claque_reader;

static inline void claque_reader_close(claque_reader *r) {
  if (r->batch.release) r->batch.release(&r->batch);
  if (r->schema.release) r->schema.release(&r->schema);
  if (r->stream.release) r->stream.release(&r->stream);
  r->batch.release = NULL;
  r->schema.release = NULL;
  r->stream.release = NULL;
}

static inline int32_t claque_reader_fail(claque_reader *r, int32_t status, const char *a, const char *b, const char *c) {
  snprintf(r->error, sizeof r->error, "%s%s%s", a, b, c);
  claque_reader_close(r);
  return r->status = status;
}

static inline int claque_is_text_format(const char *f) {
  return strcmp(f, "vu") == 0 || strcmp(f, "U") == 0 || strcmp(f, "u") == 0;
}

static inline int claque_is_of_kind(const struct ArrowSchema *s, claque_kind kind) {
  const char *f = s->format;
  if (s->dictionary) return kind == CLAQUE_TEXT && claque_is_text_format(s->dictionary->format) && strlen(f) == 1 && strchr("cCsSiIlL", *f);
  switch (kind) {
    case CLAQUE_TEXT: return claque_is_text_format(f);
    case CLAQUE_INT: return strcmp(f, "l") == 0;
    case CLAQUE_FLOAT: return strcmp(f, "g") == 0;
    case CLAQUE_BOOL: return strcmp(f, "b") == 0;
    case CLAQUE_TIME: return strncmp(f, "tsu:", 4) == 0;
  }
  return 0;
}

/* Takes a table, which can be done once per call, and finds the columns in it;
 * later they are called by their number in this list. On a failure the reader
 * is closed, and r->status and r->error say why. */
static inline int32_t claque_reader_open(claque_reader *r, const claque_host *host, const claque_request *request,
                                         const char *table, const claque_column *columns, int n_columns) {
  static const char *const kinds[] = {"a text", "a whole number", "a float", "a bool", "a time"};
  memset(r, 0, sizeof *r);
  r->host = host;
  const claque_table *t = claque_find_table(request, table);
  if (!t) return claque_reader_fail(r, CLAQUE_ERR_SCHEMA, "the table `", table, "` is not there: declare it in plugin.toml");
  if (!t->stream->release) return claque_reader_fail(r, CLAQUE_ERR_SCHEMA, "the table `", table, "` was taken before");
  if (n_columns > CLAQUE_MAX_COLUMNS) return claque_reader_fail(r, CLAQUE_ERR_RUNTIME, "too many columns of `", table, "`");
  r->stream = *t->stream; /* MOVE */
  t->stream->release = NULL;
  if (r->stream.get_schema(&r->stream, &r->schema)) {
    const char *why = r->stream.get_last_error(&r->stream);
    return claque_reader_fail(r, CLAQUE_ERR_RUNTIME, table, ": ", why ? why : "no schema");
  }
  for (int i = 0; i < n_columns; i++) {
    const int64_t at = claque_find_column(&r->schema, columns[i].name);
    if (at < 0) return claque_reader_fail(r, CLAQUE_ERR_SCHEMA, table, " has no column ", columns[i].name);
    if (!claque_is_of_kind(r->schema.children[at], columns[i].kind))
      return claque_reader_fail(r, CLAQUE_ERR_SCHEMA, columns[i].name, " is not ", kinds[columns[i].kind]);
    r->at[i] = (int)at;
  }
  return CLAQUE_OK;
}

/* The next batch, which may be empty: 1 = there is one, 0 = that was all,
 * -1 = the input failed or the host asked to stop (r->status, r->error). */
static inline int claque_reader_next(claque_reader *r) {
  if (!r->stream.release) return r->status ? -1 : 0;
  if (r->batch.release) r->batch.release(&r->batch);
  r->batch.release = NULL;
  if (r->host->cancelled(r->host->ctx)) return claque_reader_fail(r, CLAQUE_ERR_CANCELLED, "cancelled", "", ""), -1;
  if (r->stream.get_next(&r->stream, &r->batch)) {
    const char *why = r->stream.get_last_error(&r->stream);
    r->batch.release = NULL;
    return claque_reader_fail(r, CLAQUE_ERR_RUNTIME, "the input failed: ", why ? why : "no reason given", ""), -1;
  }
  return r->batch.release != NULL;
}

/* Row i of a dictionary's keys, which are not null there. */
static inline int64_t claque_key(const struct ArrowArray *a, char format, int64_t i) {
  const int64_t k = a->offset + i;
  const void *keys = a->buffers[1];
  switch (format) {
    case 'c': return ((const int8_t *)keys)[k];
    case 'C': return ((const uint8_t *)keys)[k];
    case 's': return ((const int16_t *)keys)[k];
    case 'S': return ((const uint16_t *)keys)[k];
    case 'i': return ((const int32_t *)keys)[k];
    case 'I': return ((const uint32_t *)keys)[k];
    default: return ((const int64_t *)keys)[k];
  }
}

/* Is the value in this row null? */
static inline int claque_is_null(const claque_reader *r, int column, int64_t row) {
  const struct ArrowArray *a = r->batch.children[r->at[column]];
  if (!claque_is_valid(a, row)) return 1;
  return a->dictionary && !claque_is_valid(a->dictionary, claque_key(a, *r->schema.children[r->at[column]]->format, row));
}

/* A value; for null an empty text and 0. Texts live until the next batch. */
static inline claque_str claque_text(const claque_reader *r, int column, int64_t row) {
  const struct ArrowArray *a = r->batch.children[r->at[column]];
  const struct ArrowSchema *s = r->schema.children[r->at[column]];
  const claque_str nothing = {"", 0};
  if (!a->dictionary) return claque_str_at(a, s->format, row);
  return claque_is_valid(a, row) ? claque_str_at(a->dictionary, s->dictionary->format, claque_key(a, *s->format, row)) : nothing;
}

static inline int64_t claque_int(const claque_reader *r, int column, int64_t row) {
  const struct ArrowArray *a = r->batch.children[r->at[column]];
  return claque_is_valid(a, row) ? ((const int64_t *)a->buffers[1])[a->offset + row] : 0;
}

static inline int64_t claque_time(const claque_reader *r, int column, int64_t row) { return claque_int(r, column, row); }

static inline double claque_float(const claque_reader *r, int column, int64_t row) {
  const struct ArrowArray *a = r->batch.children[r->at[column]];
  return claque_is_valid(a, row) ? ((const double *)a->buffers[1])[a->offset + row] : 0.0;
}

static inline int claque_bool(const claque_reader *r, int column, int64_t row) {
  const struct ArrowArray *a = r->batch.children[r->at[column]];
  const int64_t k = a->offset + row;
  return claque_is_valid(a, row) && ((((const uint8_t *)a->buffers[1])[k >> 3] >> (k & 7)) & 1);
}

/* ---- rows out ------------------------------------------------------------------ */

typedef enum claque_shape { CLAQUE_MARKS, CLAQUE_RATES, CLAQUE_STATISTICS, CLAQUE_TRACES } claque_shape;

/* The columns of a shape, as Arrow formats and names; the same order as in push. */
typedef struct claque_shape_column {
  const char *format, *name;
} claque_shape_column;

static inline int claque_shape_columns(claque_shape shape, const claque_shape_column **columns) {
  static const claque_shape_column marks[] = {{"U", "post_id"}, {"g", "value"}, {"U", "note"}};
  static const claque_shape_column rates[] = {{"U", "account_id"}, {"g", "hits"}, {"g", "total"}, {"+L", "post_ids"}};
  static const claque_shape_column statistics[] = {{"U", "cluster_id"}, {"g", "value"}, {"+L", "post_ids"}};
  static const claque_shape_column traces[] = {{"U", "account_id"}, {"U", "object"}, {"tsu:UTC", "at"}, {"U", "post_id"}};
  static const claque_shape_column *const all[] = {marks, rates, statistics, traces};
  static const int n[] = {3, 4, 3, 4};
  *columns = all[shape];
  return n[shape];
}

/* Cells of one column. fixed: numbers, or offsets of texts and lists. */
typedef struct claque_cells {
  claque_buffer valid, fixed, text, items; /* items: offsets of the texts in lists */
  int64_t length, nulls, n_items;
} claque_cells;

typedef struct claque_rows {
  claque_shape shape;
  claque_cells cells[4];
} claque_rows;

static inline void claque_rows_begin(claque_rows *rows, claque_shape shape) {
  memset(rows, 0, sizeof *rows);
  rows->shape = shape;
}

static inline int64_t claque_rows_length(const claque_rows *rows) { return rows->cells[0].length; }

static inline void claque_cells_free(claque_cells *c) {
  claque_buffer_free(&c->valid);
  claque_buffer_free(&c->fixed);
  claque_buffer_free(&c->text);
  claque_buffer_free(&c->items);
}

static inline void claque_rows_free(claque_rows *rows) {
  for (int i = 0; i < 4; i++) claque_cells_free(&rows->cells[i]);
}

static inline void claque_push_valid(claque_cells *c, int is_valid) {
  const char none = 0;
  if (c->length % 8 == 0) claque_append(&c->valid, &none, 1);
  if (is_valid && !c->valid.failed) c->valid.data[c->length / 8] |= (char)(1 << (c->length % 8));
  c->nulls += !is_valid;
  c->length++;
}

static inline void claque_push_end(claque_buffer *offsets, int64_t end) {
  const int64_t zero = 0;
  if (offsets->used == 0) claque_append(offsets, &zero, sizeof zero);
  claque_append(offsets, &end, sizeof end);
}

/* A text; data NULL = null. */
static inline void claque_push_text(claque_cells *c, claque_str s) {
  claque_append(&c->text, s.data, s.data ? (size_t)s.length : 0);
  claque_push_end(&c->fixed, (int64_t)c->text.used);
  claque_push_valid(c, s.data != NULL);
}

static inline void claque_push_number(claque_cells *c, const void *eight_bytes) {
  claque_append(&c->fixed, eight_bytes, 8);
  claque_push_valid(c, 1);
}

/* Texts, of which the first CLAQUE_MAX_POSTS are kept, as the host refuses more; n < 0 = null. */
static inline void claque_push_list(claque_cells *c, const claque_str *items, int64_t n) {
  for (int64_t i = 0; i < n && i < CLAQUE_MAX_POSTS; i++) {
    claque_append(&c->text, items[i].data, (size_t)items[i].length);
    claque_push_end(&c->items, (int64_t)c->text.used);
    c->n_items++;
  }
  claque_push_end(&c->fixed, c->n_items);
  claque_push_valid(c, n >= 0);
}

/* No note. */
static inline claque_str claque_no_text(void) {
  const claque_str none = {NULL, 0};
  return none;
}

static inline claque_str claque_literal(const char *text) {
  const claque_str s = {text, (int64_t)strlen(text)};
  return s;
}

/* marks: this post shows it, value in 0..1. A post that is left out has value 0. */
static inline void claque_push_mark(claque_rows *rows, claque_str post_id, double value, claque_str note) {
  claque_push_text(&rows->cells[0], post_id);
  claque_push_number(&rows->cells[1], &value);
  claque_push_text(&rows->cells[2], note);
}

/* rates: 0 <= hits <= total, one row for each account that could have shown it.
 * post_ids: the posts behind the hits; n_posts -1 = not said. */
static inline void claque_push_rate(claque_rows *rows, claque_str account_id, double hits, double total,
                                    const claque_str *post_ids, int64_t n_posts) {
  claque_push_text(&rows->cells[0], account_id);
  claque_push_number(&rows->cells[1], &hits);
  claque_push_number(&rows->cells[2], &total);
  claque_push_list(&rows->cells[3], post_ids, n_posts);
}

/* statistics: this group scores so much. A group that is left out is missing, never zero. */
static inline void claque_push_statistic(claque_rows *rows, claque_str cluster_id, double value,
                                         const claque_str *post_ids, int64_t n_posts) {
  claque_push_text(&rows->cells[0], cluster_id);
  claque_push_number(&rows->cells[1], &value);
  claque_push_list(&rows->cells[2], post_ids, n_posts);
}

/* traces: this account did this very thing then, in this post. */
static inline void claque_push_trace(claque_rows *rows, claque_str account_id, claque_str object, int64_t at, claque_str post_id) {
  claque_push_text(&rows->cells[0], account_id);
  claque_push_text(&rows->cells[1], object);
  claque_push_number(&rows->cells[2], &at);
  claque_push_text(&rows->cells[3], post_id);
}

/* ---- rows as Arrow: each array frees what it holds, its children apart ---------- */

typedef struct claque_held {
  claque_cells cells;
  const void *buffers[3];
} claque_held;

static inline void claque_release_array(struct ArrowArray *a) {
  for (int64_t i = 0; i < a->n_children; i++) {
    if (a->children[i] && a->children[i]->release) a->children[i]->release(a->children[i]);
    free(a->children[i]);
  }
  free(a->children);
  claque_held *held = (claque_held *)a->private_data;
  if (held) claque_cells_free(&held->cells);
  free(held);
  a->release = NULL;
}

/* An array of n_buffers with empty children; ENOMEM leaves something to release. */
static inline int claque_make_array(struct ArrowArray *a, int64_t length, int64_t n_buffers, int64_t n_children) {
  memset(a, 0, sizeof *a);
  a->release = claque_release_array;
  a->length = length;
  a->n_buffers = n_buffers;
  claque_held *held = (claque_held *)calloc(1, sizeof *held);
  if (!held) return ENOMEM;
  a->private_data = held;
  a->buffers = held->buffers;
  if (n_children == 0) return 0;
  a->children = (struct ArrowArray **)calloc((size_t)n_children, sizeof *a->children);
  if (!a->children) return ENOMEM;
  a->n_children = n_children;
  for (int64_t i = 0; i < n_children; i++)
    if (!(a->children[i] = (struct ArrowArray *)calloc(1, sizeof **a->children))) return ENOMEM;
  return 0;
}

static inline int claque_export_cells(claque_cells *c, const char *format, struct ArrowArray *out) {
  const int is_list = strcmp(format, "+L") == 0, is_text = strcmp(format, "U") == 0;
  if (c->length == 0 && (is_list || is_text)) { /* offsets begin with 0, in an empty column too */
    const int64_t zero = 0;
    claque_append(&c->fixed, &zero, sizeof zero);
  }
  if (is_list && c->n_items == 0) {
    const int64_t zero = 0;
    claque_append(&c->items, &zero, sizeof zero);
  }
  if (c->valid.failed || c->fixed.failed || c->text.failed || c->items.failed) return ENOMEM;
  int rc = claque_make_array(out, c->length, is_text ? 3 : 2, is_list);
  if (!rc && is_list) rc = claque_make_array(out->children[0], c->n_items, 3, 0);
  if (rc) return rc;
  claque_held *held = (claque_held *)out->private_data;
  if (is_list) {
    claque_held *items = (claque_held *)out->children[0]->private_data;
    items->cells.fixed = c->items; /* MOVE */
    items->cells.text = c->text;
    items->buffers[1] = items->cells.fixed.data;
    items->buffers[2] = items->cells.text.data ? items->cells.text.data : "";
    memset(&c->items, 0, sizeof c->items);
    memset(&c->text, 0, sizeof c->text);
  }
  held->cells = *c; /* MOVE */
  memset(c, 0, sizeof *c);
  out->null_count = held->cells.nulls;
  held->buffers[0] = held->cells.nulls ? held->cells.valid.data : NULL;
  held->buffers[1] = held->cells.fixed.data ? held->cells.fixed.data : "";
  if (is_text) held->buffers[2] = held->cells.text.data ? held->cells.text.data : "";
  return 0;
}

/* Moves the rows into a batch of the shape's columns, and leaves none. 0 or an errno. */
static inline int claque_rows_batch(claque_rows *rows, struct ArrowArray *out) {
  const claque_shape_column *columns;
  const int n = claque_shape_columns(rows->shape, &columns);
  int rc = claque_make_array(out, claque_rows_length(rows), 1, n);
  for (int i = 0; !rc && i < n; i++) rc = claque_export_cells(&rows->cells[i], columns[i].format, out->children[i]);
  if (rc) out->release(out);
  return rc;
}

static inline void claque_release_schema(struct ArrowSchema *s) {
  for (int64_t i = 0; i < s->n_children; i++) {
    if (s->children[i] && s->children[i]->release) s->children[i]->release(s->children[i]);
    free(s->children[i]);
  }
  free(s->children);
  s->release = NULL;
}

/* format and name are static. ENOMEM leaves something to release. */
static inline int claque_make_schema(struct ArrowSchema *s, const char *format, const char *name, int64_t n_children) {
  memset(s, 0, sizeof *s);
  s->format = format;
  s->name = name;
  s->flags = ARROW_FLAG_NULLABLE;
  s->release = claque_release_schema;
  if (n_children == 0) return 0;
  s->children = (struct ArrowSchema **)calloc((size_t)n_children, sizeof *s->children);
  if (!s->children) return ENOMEM;
  s->n_children = n_children;
  for (int64_t i = 0; i < n_children; i++)
    if (!(s->children[i] = (struct ArrowSchema *)calloc(1, sizeof **s->children))) return ENOMEM;
  return 0;
}

/* The schema of a shape. 0 or an errno. */
static inline int claque_shape_schema(claque_shape shape, struct ArrowSchema *out) {
  const claque_shape_column *columns;
  const int n = claque_shape_columns(shape, &columns);
  int rc = claque_make_schema(out, "+s", "", n);
  for (int i = 0; !rc && i < n; i++) {
    const int is_list = strcmp(columns[i].format, "+L") == 0;
    rc = claque_make_schema(out->children[i], columns[i].format, columns[i].name, is_list);
    if (!rc && is_list) rc = claque_make_schema(out->children[i]->children[0], "U", "item", 0);
  }
  if (rc) out->release(out);
  return rc;
}

/* An output stream of one batch. */
typedef struct claque_one_batch {
  claque_rows rows;
  const claque_host *host;
  int is_given;
  const char *error;
} claque_one_batch;

static inline int claque_one_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) {
  return claque_shape_schema(((claque_one_batch *)s->private_data)->rows.shape, out);
}

static inline int claque_one_next(struct ArrowArrayStream *s, struct ArrowArray *out) {
  claque_one_batch *one = (claque_one_batch *)s->private_data;
  memset(out, 0, sizeof *out);
  if (one->is_given) return 0; /* out->release is NULL: that was all */
  if (one->host->cancelled(one->host->ctx)) return one->error = "cancelled", ECANCELED;
  one->is_given = 1;
  const int rc = claque_rows_batch(&one->rows, out);
  if (rc) one->error = "out of memory";
  return rc;
}

static inline const char *claque_one_error(struct ArrowArrayStream *s) {
  return ((claque_one_batch *)s->private_data)->error;
}

static inline void claque_one_release(struct ArrowArrayStream *s) {
  claque_one_batch *one = (claque_one_batch *)s->private_data;
  claque_rows_free(&one->rows);
  free(one);
  s->release = NULL;
}

/* Moves the rows into the output: return claque_rows_give(&rows, host, out, err); */
static inline int32_t claque_rows_give(claque_rows *rows, const claque_host *host, struct ArrowArrayStream *out, claque_error *err) {
  int failed = 0;
  for (int i = 0; i < 4; i++) {
    const claque_cells *c = &rows->cells[i];
    failed |= c->valid.failed | c->fixed.failed | c->text.failed | c->items.failed;
  }
  claque_one_batch *one = failed ? NULL : (claque_one_batch *)calloc(1, sizeof *one);
  if (!one) {
    claque_rows_free(rows);
    return claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory");
  }
  one->rows = *rows; /* MOVE */
  one->host = host;
  claque_rows_begin(rows, rows->shape);
  out->get_schema = claque_one_schema;
  out->get_next = claque_one_next;
  out->get_last_error = claque_one_error;
  out->release = claque_one_release;
  out->private_data = one;
  return CLAQUE_OK;
}

#ifdef __cplusplus
}
#endif

#endif /* CLAQUE_TABLES_H */
