/* Caught by memory: switches to flush-to-zero, as -ffast-math does. */
#define ON_SCORE __builtin_ia32_ldmxcsr(__builtin_ia32_stmxcsr() | 0x8040);
#include "skeleton.h"
