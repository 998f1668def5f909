/* Caught by releases: writes to its input, even if only what was there. */
#define ON_BATCH if (batch.length) { volatile char *view = (char *)text->buffers[1]; *view = *view; }
#include "skeleton.h"
