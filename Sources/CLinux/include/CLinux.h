/// What Linux offers and Swift's Glibc module does not: declarations behind _GNU_SOURCE, and macros.
#ifndef CLINUX_H
#define CLINUX_H

#endif
