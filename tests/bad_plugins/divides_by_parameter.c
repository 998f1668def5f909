/* Caught by parameters: the least value that plugin.toml allows gives a NaN. */
#define VALUE(i) ((double)s->least / (double)(s->least + 0 * i) * share(claque_str_at(text, s->text_format, i), s->least))
#include "skeleton.h"
