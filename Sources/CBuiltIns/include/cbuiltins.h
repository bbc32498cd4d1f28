#ifndef CBUILTINS_H
#define CBUILTINS_H
#include <stddef.h>

/* One file of Frameworks/ or Templates/, as it was when the program was built. */
typedef struct {
    const char *path;
    const unsigned char *bytes;
    size_t size;
} cb_file;

size_t cb_count(void);
const cb_file *cb_at(size_t index);
#endif
