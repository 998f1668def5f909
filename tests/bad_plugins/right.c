/* Right: passes every check. */
#include "skeleton.h"
