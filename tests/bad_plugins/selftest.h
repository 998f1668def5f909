/* A signal that offers `claque.selftest/1`: by itself a right one. SELFTEST is called instead of a clean end,
 * SELFTEST_STATUS given instead of CLAQUE_ERR_PANIC. */
#ifndef SELFTEST_STATUS
#define SELFTEST_STATUS CLAQUE_ERR_PANIC
#endif
#ifndef SELFTEST
#define SELFTEST()
#endif
#define ON_SCORE if (in_score) { in_score = 0; SELFTEST(); return claque_fail(err, SELFTEST_STATUS, "panic: asked to"); }
#define ON_NEXT if (in_stream) { in_stream = 0; SELFTEST(); return fail(s, EIO, "panic: asked to"); }
#define GET_EXTENSION get_extension
static volatile int in_score, in_stream;
#include "claque.h"
static const void *get_extension(const struct claque_plugin *self, const char *id);
#include "skeleton.h"

static void panic_in_score(void) { in_score = 1; }
static void panic_in_stream(void) { in_stream = 1; }

static const struct {
  uint32_t struct_size, reserved;
  void (*panic_in_score)(void);
  void (*panic_in_stream)(void);
} table = {sizeof table, 0, panic_in_score, panic_in_stream};

static const void *get_extension(const struct claque_plugin *self, const char *id) {
  (void)self;
  return strcmp(id, "claque.selftest/1") ? NULL : &table;
}
