/* Caught by output: a value that is no number. */
#define VALUE(i) ((double)i * 0.0 / 0.0)
#include "skeleton.h"
