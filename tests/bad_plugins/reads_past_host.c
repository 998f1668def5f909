/* Caught by versions: copies its own, longer idea of the host's struct. */
#define ON_SCORE \
  struct { claque_host known; void *later[2]; } copy; \
  memcpy(&copy, host, sizeof copy); \
  if (copy.later[1] == (void *)1) return claque_fail(err, CLAQUE_ERR_RUNTIME, "later");
#include "skeleton.h"
