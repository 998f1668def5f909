/* Caught by versions: built for ABI 2.0 only. */
#define ABI (2u << 16)
#define SERVES(host) 1
#include "skeleton.h"
