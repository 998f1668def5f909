/* Caught by output: ends the process as if it were its own. */
#define ON_NEXT exit(0);
#include "skeleton.h"
