# shellcheck shell=bash
# Established flows (TFTP transfers and media behind one-to-one translation) through the engine, packet after packet from
# memory, 64 at a time as a queue hands them over. Floor: the same packets, their headers only decoded.

bench_engine() {
    compile allocations.so "$BENCH_SOURCES/allocations.c" -shared -fPIC
    LD_PRELOAD=$BENCH_DIR/allocations.so alone "$(last_cpu)" "$BENCHMARKS" engine
}
