/* Caught by versions: refuses every host but the one that it was built with. */
#define SERVES(host) ((host) == CLAQUE_ABI_VERSION)
#include "skeleton.h"
