/* Caught by memory: goes to another folder. */
#include <unistd.h>
#define ON_SCORE if (chdir("/")) return claque_fail(err, CLAQUE_ERR_RUNTIME, "no root");
#include "skeleton.h"
