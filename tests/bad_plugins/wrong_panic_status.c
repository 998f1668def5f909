/* Caught by panic: a panic is called an ordinary error. */
#define SELFTEST_STATUS CLAQUE_ERR_RUNTIME
#include "selftest.h"
