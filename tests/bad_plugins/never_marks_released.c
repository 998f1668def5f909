/* Caught by releases: what it released still looks alive. */
#define NEVER_MARKED_AS_RELEASED
#include "skeleton.h"
