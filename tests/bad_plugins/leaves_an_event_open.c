/* Caught by memory: each call opens an event file that nobody closes. */
#include <sys/eventfd.h>
#define ON_SCORE if (eventfd(0, 0) < 0) return claque_fail(err, CLAQUE_ERR_RUNTIME, "no event file");
#include "skeleton.h"
