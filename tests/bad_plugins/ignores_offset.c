/* Caught by tables: reads slices from the start of their buffers. */
#define VALUE(i) share(claque_str_at(text, s->text_format, i - text->offset), s->least)
#include "skeleton.h"
