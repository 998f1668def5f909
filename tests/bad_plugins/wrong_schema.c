/* Caught by output: a column that the shape does not have. */
#define VALUE_NAME "valeu"
#include "skeleton.h"
