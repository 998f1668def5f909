/* Libraries that go wrong while they are loaded, one per value of VARIANT. */
#include "claque.h"

#ifndef METADATA
#define METADATA                                                                                   \
  "{\"id\":\"test.loading\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Loading\","            \
  "\"dimension\":\"disinformation\",\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.5,"          \
  "\"requires\":{\"posts\":{\"post_id\":\"id\"}},\"innocent\":[\"None.\"],\"disarm\":{}}"
#endif

enum { GOOD, NULL_LIBRARY, ABI_2, ABI_1_7, SMALL_LIBRARY, NO_PLUGINS, NULL_PLUGIN, SMALL_PLUGIN, NULL_SCORE,
       NULL_METADATA, TWICE, FLUSH };

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)host, (void)request, (void)out;
  return claque_fail(err, CLAQUE_ERR_RUNTIME, "this library is only ever loaded");
}

static const claque_plugin plugin = {VARIANT == SMALL_PLUGIN ? 8 : sizeof plugin, 0,
                                     VARIANT == NULL_METADATA ? NULL : METADATA,
                                     VARIANT == NULL_SCORE ? NULL : score, NULL};
static const claque_plugin *const plugins[] = {VARIANT == NULL_PLUGIN ? NULL : &plugin, &plugin};
static const claque_library library = {
    VARIANT == SMALL_LIBRARY ? 8 : sizeof library,
    VARIANT == ABI_2 ? 2u << 16 : VARIANT == ABI_1_7 ? CLAQUE_ABI_VERSION + 7 : CLAQUE_ABI_VERSION,
    VARIANT == NO_PLUGINS ? 0 : VARIANT == TWICE ? 2 : 1, 0, plugins};

#ifdef UNDEFINED
int claque_test_undefined_function(void);
int claque_test_caller(void) { return claque_test_undefined_function(); }
#endif

#ifndef NO_SYMBOL
const claque_library *claque_library_v1(uint32_t host_abi) {
#ifdef __x86_64__
  if (VARIANT == FLUSH) __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#endif
  return VARIANT == NULL_LIBRARY || (host_abi >> 16) != CLAQUE_ABI_MAJOR ? NULL : &library;
}
#endif
