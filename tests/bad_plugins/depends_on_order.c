/* Caught by determinism: a post's mark depends on where it stands. */
#define VALUE(i) ((double)((s->seen++) % 10) / 10.0 + 0.0 * (double)i)
#define MORE_STATE int seen;
#include "skeleton.h"
