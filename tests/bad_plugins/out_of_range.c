/* Caught by output: marks of more than 1. */
#define VALUE(i) (2.0 + (double)i)
#include "skeleton.h"
