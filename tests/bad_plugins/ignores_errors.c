/* Caught by broken-input: an input that fails is an input that ends. */
#define INPUT_FAILED(code) ((void)(code), 0)
#include "skeleton.h"
