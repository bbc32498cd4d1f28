#include "cbuiltins.h"

#pragma clang diagnostic ignored "-Wc23-extensions"
#include "index.inc"

size_t cb_count(void) { return sizeof files / sizeof files[0]; }
const cb_file *cb_at(size_t index) { return index < cb_count() ? &files[index] : NULL; }
