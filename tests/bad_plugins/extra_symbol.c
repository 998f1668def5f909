/* Caught by symbols: a second symbol is visible to every other library of the process. */
#include "skeleton.h"
CLAQUE_EXPORT int density_of(int x);
int density_of(int x) { return x + (int)sizeof library; }
