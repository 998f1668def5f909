/* Caught by output: a segmentation fault. */
#define ON_SCORE *(volatile int *)8 = 1;
#include "skeleton.h"
