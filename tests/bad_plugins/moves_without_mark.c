/* Caught by releases: the moved input is released by both sides. */
#define NEVER_MARKS_A_MOVED_STREAM
#include "skeleton.h"
