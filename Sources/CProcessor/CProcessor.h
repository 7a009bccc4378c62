/* Hints to the processor that Swift has no words for. */
#ifndef CPROCESSOR_H
#define CPROCESSOR_H

#include <stddef.h>
#include <stdint.h>

/* Bytes that x86 and most of ARM fetch at a time. */
#define CPROCESSOR_LINE 64

/* Asks for the cache lines of `bytes` bytes from `start` on; nothing is read or written, whatever is there. */
static inline void CProcessor_prefetch(const void *start, size_t bytes) {
    uintptr_t end = (uintptr_t)start + bytes;
    for (uintptr_t line = (uintptr_t)start & ~(uintptr_t)(CPROCESSOR_LINE - 1); line < end; line += CPROCESSOR_LINE)
        __builtin_prefetch((const void *)line);
}

#endif
