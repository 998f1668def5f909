/* Caught by panic: offers to show that it stops panics, and aborts. */
#include <stdlib.h>
#define SELFTEST abort
#include "selftest.h"
