/* Caught by memory: sets the locale of the whole program. */
#include <locale.h>
#define ON_SCORE setlocale(LC_ALL, "C.UTF-8");
#include "skeleton.h"
