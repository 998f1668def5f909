/* Caught by output: never comes back. */
#define ON_NEXT for (volatile int forever = 1; forever;) {}
#include "skeleton.h"
