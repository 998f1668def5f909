/* Caught by symbols: a function that nobody has. */
int nobody_has_this_function(void);
#define ON_SCORE if (request->n_tables > 100) return nobody_has_this_function();
#include "skeleton.h"
