/* Caught by parameters: goes on with parameters that are no JSON. */
#define ON_SCORE if (!least) least = "\"least\":3";
#include "skeleton.h"
