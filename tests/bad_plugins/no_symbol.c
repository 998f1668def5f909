/* Caught by symbols: the entry is not exported. */
#define NO_ENTRY
#include "skeleton.h"
