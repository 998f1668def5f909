/* Caught by releases: batches of the input are never given back. */
#define NEVER_RELEASES_ITS_INPUT
#include "skeleton.h"
