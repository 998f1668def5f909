/* Caught by output: takes memory until there is none, and writes to what it did not get. */
#define ON_NEXT for (char *volatile block; (block = calloc(1, 64u << 20)) || (*(volatile char *)8 = 1);) {}
#include "skeleton.h"
