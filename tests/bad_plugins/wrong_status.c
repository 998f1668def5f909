/* Caught by tables: a missing column is no error of its own making. */
#define ERROR_OF_SCHEMA CLAQUE_ERR_RUNTIME
#include "skeleton.h"
