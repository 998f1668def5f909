/* Caught by output: ids that are not UTF-8. */
#define ON_BATCH \
  int64_t n = batch.length; \
  int32_t *offsets = malloc(sizeof(int32_t) * (size_t)(n + 1)); \
  for (int64_t i = 0; i <= n; i++) offsets[i] = (int32_t)i; \
  struct ArrowArray *id = out->children[0]; \
  id->release(id); \
  make_array(id, n, 3, 0); \
  id->buffers[1] = offsets; \
  id->buffers[2] = memset(malloc((size_t)(n + 1)), 0xff, (size_t)(n + 1));
#define IDS_AS_UTF8
#include "skeleton.h"
