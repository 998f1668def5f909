/* One signal that brings its process down in the way that the parameter `mode` says. */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE
#include "claque.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static const char METADATA[] =
    "{\"id\":\"test.crashes\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Crashes\",\"doc\":\"For tests.\","
    "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.5,"
    "\"requires\":{\"marks.in\":{\"post_id\":\"id\",\"value\":\"float?\"}},"
    "\"params\":{\"mode\":{\"type\":\"string\",\"default\":\"echo\",\"doc\":\"what to do\"}},"
    "\"innocent\":[\"None.\"],\"disarm\":{}}";

static void nap(long milliseconds) {
  struct timespec t = {milliseconds / 1000, milliseconds % 1000 * 1000000};
  nanosleep(&t, NULL);
}

/* A process that outlives this one and could write to its output. */
static void leave_a_writer(void) {
  for (int file = 3; file < 64; file++) {
    char link[32], name[64] = {0};
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    if (readlink(link, name, sizeof name - 1) < 0 || !strstr(name, "claque-output")) continue;
    if (fork() == 0) {
      setsid();
      if (mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) != MAP_FAILED) nap(3000);
      _exit(0);
    }
    nap(300);
  }
}

static void *volatile sink;

/* Memory until there is none. */
static void *fill(size_t block) {
  for (;;) {
    char *more = malloc(block);
    if (!more) return NULL;
    memset(more, 1, block);
    sink = more;
  }
}

static int deeper(volatile char *above) {
  volatile char here[1 << 10];
  here[0] = above ? above[0] : 1;
  if (here[0] == 2) return 0; /* never */
  return deeper(here) + here[0];
}

/* ---- a stream that goes on for ever, batch after batch of what was given ---- */

static struct ArrowArrayStream given;
static const claque_host *the_host;

static void free_array(struct ArrowArray *a) { a->release = NULL; }

static int endless_schema(struct ArrowArrayStream *s, struct ArrowSchema *out) {
  (void)s;
  return given.get_schema(&given, out);
}

static int endless_next(struct ArrowArrayStream *s, struct ArrowArray *out) {
  static struct ArrowArray first;
  (void)s;
  if (!first.release) {
    int failed = given.get_next(&given, &first);
    if (failed) return failed;
  }
  *out = first;
  out->release = free_array;
  return 0;
}

static const char *endless_error(struct ArrowArrayStream *s) {
  (void)s;
  return NULL;
}

static void endless_release(struct ArrowArrayStream *s) { s->release = NULL; }

static int is(const char *params, const char *mode) {
  char wanted[64];
  snprintf(wanted, sizeof wanted, "\"mode\":\"%s\"", mode);
  return strstr(params, wanted) != NULL;
}

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self;
  const char *params = request->params_json;
  const claque_table *marks = claque_find_table(request, "marks.in");
  if (!marks) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need marks.in");
  the_host = host;
  if (is(params, "segfault")) *(volatile int *)8 = 1;
  if (is(params, "abort")) {
    fputs("the words of an assertion\n", stderr);
    abort();
  }
  if (is(params, "exit_0")) exit(0);
  if (is(params, "exit_3")) exit(3);
  if (is(params, "hangs"))
    for (;;) nap(50);
  if (is(params, "deaf")) { /* prints for people to see, in a place where nobody looks */
    puts("this would break --json");
    fflush(stdout);
  }
  if (is(params, "memory")) *(char *)fill(1 << 20) = 1;
  if (is(params, "memory_politely") && !fill(1 << 20))
    return claque_fail(err, CLAQUE_ERR_RUNTIME, "no memory for the model");
  if (is(params, "stack")) return deeper(NULL);
  if (is(params, "divides")) {
    volatile int seven = 7, zero = 0;
    return seven / zero;
  }
  if (is(params, "floods_stdout"))
    for (;;) {
      char line[1 << 16] = {0};
      if (fwrite(line, sizeof line, 1, stdout) != 1) return claque_fail(err, CLAQUE_ERR_RUNTIME, "full");
    }
  if (is(params, "leaves_a_writer")) leave_a_writer();
  if (is(params, "floods_log"))
    for (;;) host->log(host->ctx, 1, "and another thing");
  if (is(params, "says_its_number")) {
    char text[32];
    snprintf(text, sizeof text, "%d", (int)getpid());
    host->log(host->ctx, 2, text);
    for (;;) nap(50);
  }
  if (is(params, "stops_politely")) {
    while (!host->cancelled(host->ctx)) nap(5);
    return claque_fail(err, CLAQUE_ERR_CANCELLED, "as you wish");
  }
  if (is(params, "environment")) {
    char text[256];
    const char *home = getenv("HOME"), *threads = getenv("POLARS_MAX_THREADS");
    char folder[64];
    int others = 0; /* open files that are neither the socket to the parent nor the output */
    for (int file = 3; file < 1024; file++) {
      char link[32], name[64] = {0};
      snprintf(link, sizeof link, "/proc/self/fd/%d", file);
      if (readlink(link, name, sizeof name - 1) < 0) continue;
      others += !strstr(name, "socket:") && !strstr(name, "claque-output");
    }
    int read_from_stdin = (int)read(0, text, 1);
    snprintf(text, sizeof text, "%s %s %s %d %d", home ? home : "none", threads ? threads : "none",
             getcwd(folder, sizeof folder), read_from_stdin, others);
    host->log(host->ctx, 2, text);
  }
  if (is(params, "writes_input")) {
    struct ArrowArray batch;
    if (marks->stream->get_next(marks->stream, &batch)) return CLAQUE_ERR_RUNTIME;
    ((double *)batch.children[1]->buffers[1])[0] = 7;
    batch.release(&batch);
  }
  given = *marks->stream;
  marks->stream->release = NULL;
  if (is(params, "floods"))
    *out = (struct ArrowArrayStream){endless_schema, endless_next, endless_error, endless_release, NULL};
  else
    *out = given;
  return CLAQUE_OK;
}

static const claque_plugin plugin = {sizeof plugin, CLAQUE_FLAG_THREAD_SAFE, METADATA, score, NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};

const claque_library *claque_library_v1(uint32_t host_abi) {
  return (host_abi >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
