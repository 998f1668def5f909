/* Caught by versions: a library of a program before 1.0. */
#define ABI 7u
#define SERVES(host) 1
#include "skeleton.h"
