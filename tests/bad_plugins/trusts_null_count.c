/* Caught by tables: takes a null_count that was not computed (-1) for some nulls, and reads the bitmap. */
#define VALUE(i) (text->null_count != 0 && !(((const uint8_t *)text->buffers[0])[(text->offset + i) / 8] >> ((text->offset + i) % 8) & 1) \
                      ? 0.0 : share(claque_str_at(text, s->text_format, i), s->least))
#include "skeleton.h"
