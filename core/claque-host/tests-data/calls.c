/* One signal that behaves as the parameter `mode` says. Logs every release of its output. */
#define _POSIX_C_SOURCE 200809L
#include "claque.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static const char METADATA[] =
    "{\"id\":\"test.calls\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Calls\",\"doc\":\"For tests.\","
    "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.5,"
    "\"requires\":{\"marks.in\":{\"post_id\":\"id\",\"value\":\"float?\"}},"
    "\"params\":{\"mode\":{\"type\":\"string\",\"default\":\"echo\",\"doc\":\"what to do\"}},"
    "\"innocent\":[\"None.\"],\"disarm\":{}}";

static void nap(long milliseconds) {
  struct timespec t = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&t, NULL);
}

/* ---- a stream without columns of its own: each callback does what `mode` says ---- */

typedef struct {
  char mode[32];
  const claque_host *host;
  struct ArrowArrayStream in;
} state;

static int stream_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) {
  state *st = s->private_data;
  return st->in.get_schema(&st->in, out);
}

static int stream_next(struct ArrowArrayStream *s, struct ArrowArray *out) {
  state *st = s->private_data;
  if (!strcmp(st->mode, "stream_fails")) return EIO;
  if (!strcmp(st->mode, "stream_hangs"))
    for (;;) nap(50);
  if (!strcmp(st->mode, "stream_cancels"))
    for (;;) {
      if (st->host->cancelled(st->host->ctx)) return ECANCELED;
      nap(5);
    }
  return st->in.get_next(&st->in, out);
}

static const char *stream_error(struct ArrowArrayStream *s) {
  state *st = s->private_data;
  return strcmp(st->mode, "stream_fails") ? NULL : "disk \xff on fire"; /* not UTF-8, on purpose */
}

static void stream_release(struct ArrowArrayStream *s) {
  state *st = s->private_data;
  st->host->log(st->host->ctx, 1, "released");
  if (st->in.release) st->in.release(&st->in);
  free(st);
  s->release = NULL;
}

static int is(const char *params, const char *mode) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"mode\":\"%s\"", mode);
  return strstr(params, wanted) != NULL;
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self;
  const char *params = request->params_json;
  const char *at = strstr(params, "\"mode\":\"");
  const claque_table *marks = claque_find_table(request, "marks.in");
  if (!at || !marks) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need mode and marks.in");
  if (is(params, "unwritten")) return CLAQUE_OK;
  if (is(params, "host_services")) {
    char text[96];
    snprintf(text, sizeof text, "%llx %d %d",
             (unsigned long long)host->random_u64(host->ctx, 0x0370734413198a2eULL, 0x85a308d3243f6a88ULL),
             host->get_extension(host->ctx, "claque.graph/1") != NULL, (int)(host->abi_version >> 16));
    host->log(host->ctx, 3, text);
    host->log(host->ctx, 2, NULL);
    host->progress(host->ctx, 0.5, "half");
    host->progress(host->ctx, -3.0, NULL);
  }
  if (is(params, "hangs"))
    for (;;) nap(50);
  if (is(params, "stops_politely")) {
    while (!host->cancelled(host->ctx)) nap(5);
    return claque_fail(err, CLAQUE_ERR_CANCELLED, "as you wish");
  }
  if (is(params, "overlap")) {
    static volatile int inside;
    if (++inside != 1) return claque_fail(err, CLAQUE_ERR_RUNTIME, "two calls at once");
    nap(30);
    --inside;
  }
  if (!strncmp(at + 8, "status_", 7)) return claque_fail(err, atoi(at + 15), "the plugin's own words");
  if (is(params, "long_message")) {
    memset(err->message, 'x', err->cap); /* no NUL at all */
    return CLAQUE_ERR_RUNTIME;
  }
  state *st = calloc(1, sizeof *st);
  if (!st) return claque_fail(err, CLAQUE_ERR_RUNTIME, "out of memory");
  snprintf(st->mode, sizeof st->mode, "%.*s", (int)strcspn(at + 8, "\""), at + 8);
  st->host = host;
  st->in = *marks->stream;
  marks->stream->release = NULL;
  *out = (struct ArrowArrayStream){stream_schema, stream_next, stream_error, stream_release, st};
  if (is(params, "null_get_next")) out->get_next = NULL;
  if (is(params, "null_get_last_error")) out->get_last_error = NULL;
  return CLAQUE_OK;
}

static const claque_plugin plugin = {sizeof plugin, FLAGS, METADATA, score, NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};

const claque_library *claque_library_v1(uint32_t host_abi) {
  return (host_abi >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
