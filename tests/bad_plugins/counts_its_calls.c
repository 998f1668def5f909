/* Caught by determinism: keeps a count between calls and lets it into the result. */
#define ON_SCORE calls++;
#define VALUE(i) ((double)((calls * 7 + i) % 100) / 100.0)
static int calls;
#include "skeleton.h"
