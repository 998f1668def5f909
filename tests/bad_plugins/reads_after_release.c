/* Caught by releases: reads the text once more after it was released. */
#define ON_BATCH \
  const volatile char *views = text->buffers[1]; \
  batch.children[s->text]->release(batch.children[s->text]); \
  if (views[16 * batch.children[s->text]->offset] == 127) return 0;
#include "skeleton.h"
