/* Caught by releases: takes texts for strings that end with a NUL, and looks one byte further than their buffer. */
#define ON_BATCH                                                                                                        \
  if (text->n_buffers == 4 &&                                                                                           \
      ((const volatile char *)text->buffers[2])[((const int64_t *)text->buffers[3])[0]] == 1)                           \
    return 0;
#include "skeleton.h"
