/* Caught by memory: wants Ctrl-C for itself. */
#include <signal.h>
#define ON_SCORE signal(SIGINT, SIG_IGN);
#include "skeleton.h"
