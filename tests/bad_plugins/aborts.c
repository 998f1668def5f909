/* Caught by output: gives up on the whole process. */
#define ON_NEXT fputs("density: cannot go on\n", stderr); abort();
#include "skeleton.h"
