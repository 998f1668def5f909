/* Caught by memory: sets a variable for everybody. */
#include <stdlib.h>
#define ON_SCORE setenv("DENSITY_THREADS", "4", 1);
#include "skeleton.h"
