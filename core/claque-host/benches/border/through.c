/* Two signals that give their one table back, stream and all, as traces and as marks. */
#include "claque.h"

#define DECLARE(id, shape, table, columns)                                                                          \
  "{\"id\":\"" id "\",\"version\":\"1.0.0\",\"api\":\"1\",\"title\":\"Through\",\"dimension\":\"coordination\","    \
  "\"family\":\"bench\",\"emits\":\"" shape "\",\"cap\":0.5,\"requires\":{\"" table "\":{" columns "}},"            \
  "\"innocent\":[\"None.\"],\"disarm\":{}}"

static int32_t score(const claque_plugin *self, const claque_host *host, const claque_request *request,
                     struct ArrowArrayStream *out, claque_error *err) {
  (void)self, (void)host;
  if (request->n_tables != 1) return claque_fail(err, CLAQUE_ERR_SCHEMA, "need one table");
  *out = *request->tables[0]->stream;
  request->tables[0]->stream->release = NULL;
  return CLAQUE_OK;
}

#define FLAGS (CLAQUE_FLAG_THREAD_SAFE | CLAQUE_FLAG_DETERMINISTIC)

static const claque_plugin traces = {
    sizeof traces, FLAGS,
    DECLARE("bench.traces", "traces", "trace.in",
            "\"account_id\":\"id\",\"object\":\"string\",\"at\":\"datetime\",\"post_id\":\"id\""),
    score, NULL};
static const claque_plugin marks = {
    sizeof marks, FLAGS,
    DECLARE("bench.marks", "marks", "marks.in", "\"post_id\":\"id\",\"value\":\"float\""), score, NULL};
static const claque_plugin *const plugins[] = {&traces, &marks};
static const claque_library library = {sizeof library, CLAQUE_ABI_VERSION, 2, 0, plugins};

const claque_library *claque_library_v1(uint32_t host_abi) {
  return (host_abi >> 16) == CLAQUE_ABI_MAJOR ? &library : NULL;
}
