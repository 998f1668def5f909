/* Caught by memory: opens a file in each call and forgets it. */
#define ON_SCORE if (!fopen("/dev/null", "r")) return claque_fail(err, CLAQUE_ERR_RUNTIME, "no file");
#include "skeleton.h"
