/* Caught by releases: releases a column that it had handed on. */
#define ON_BATCH struct ArrowArray copy = *out->children[0]; copy.release(&copy);
#include "skeleton.h"
