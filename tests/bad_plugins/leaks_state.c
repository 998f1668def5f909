/* Caught by memory: a few hundred bytes of each call stay behind. */
#define NEVER_FREES_ITS_STATE
#define MORE_STATE char scratch[800];
#include "skeleton.h"
