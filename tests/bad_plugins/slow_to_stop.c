/* Caught by cancel: stops, and takes its time. */
#include <time.h>
#define IS_ASKED_TO_STOP \
  s->host->cancelled(s->host->ctx) && !nanosleep(&(struct timespec){2, 300000000}, NULL)
#include "skeleton.h"
