/* Caught by determinism: the number of threads is in the result. */
#define ON_SCORE threads = request->max_threads;
#define VALUE(i) (1.0 / (double)(threads + 1 + 0 * i))
static unsigned threads;
#include "skeleton.h"
