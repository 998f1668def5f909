/* Caught by cancel: never asks whether to stop. */
#define IS_ASKED_TO_STOP 0
#include "skeleton.h"
