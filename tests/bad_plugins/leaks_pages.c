/* Caught by memory: pages that it got around `malloc` stay behind. */
#define _GNU_SOURCE
#include <sys/mman.h>
#define PAGES 65536
#define ON_SCORE \
  char *pages = mmap(NULL, PAGES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); \
  for (int i = 0; i < PAGES; i += 4096) pages[i] = 1;
#include "skeleton.h"
