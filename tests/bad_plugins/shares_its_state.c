/* Caught by threads: says that it is thread-safe, and keeps what it works on in one place. */
#define STATIC_STATE
#include "skeleton.h"
