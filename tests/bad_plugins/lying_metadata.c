/* Caught by metadata: the library claims another cap than plugin.toml. */
#define CAP "2.5"
#include "skeleton.h"
