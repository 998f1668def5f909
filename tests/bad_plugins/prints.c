/* Caught by memory: prints where the program's results go. */
#define ON_RELEASE puts("density: done");
#include "skeleton.h"
