/* Gives its one table back, stream and all. */
#include "claque.h"

static const char METADATA[] =
    "{\"id\":\"test.echo\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Echo\",\"dimension\":\"disinformation\","
    "\"family\":\"test\",\"emits\":\"marks\",\"cap\":0.5,\"requires\":{\"posts\":{\"post_id\":\"id\"}},"
    "\"innocent\":[\"None.\"],\"disarm\":{}}";

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)host;
  if (request->n_tables < 1) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need a table");
  *out = *request->tables[0]->stream;
  request->tables[0]->stream->release = NULL;
  return CLAQUE_OK;
}

static const claque_plugin plugin = {sizeof plugin, CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC, METADATA,
                                     score, NULL};
static const claque_plugin *const plugins[] = {&plugin};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 1, 0, plugins};

const claque_library *claque_library_v1(uint32_t host_abi) {
  return (host_abi >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
