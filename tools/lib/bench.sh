# shellcheck shell=bash
# What the benchmarks share: building, a folder of their own, a processor of their own, medians.

# shellcheck source=tools/lib/packages.sh
source "$REPOSITORY/tools/lib/packages.sh"

export BENCH_SOURCES=$REPOSITORY/tools/bench.d
export BENCHMARKS=$REPOSITORY/.build/release/benchmarks
PHONEPROXY=${PHONEPROXY:-$REPOSITORY/.build/release/phoneproxy}

# note WORDS…: progress.
note() { say "$*" >&2; }

# bench_begin: builds, and sets BENCH_DIR, which goes when the benchmark ends, however it ends.
bench_begin() {
    require_swift
    local product
    for product in benchmarks phoneproxy; do
        "$SWIFT" build "${SWIFT_OPTIONS[@]}" --configuration release --product "$product" >&2
    done
    BENCH_DIR=$(mktemp -d "${TMPDIR:-/tmp}/phoneproxy-bench.XXXXXX")
    trap 'bench_end' EXIT
    trap 'exit 130' INT TERM HUP
}

# bench_cleanup_with FUNCTION: for a benchmark with more to tidy up than its folder.
bench_cleanup_with() { BENCH_CLEANUP=$1; }

bench_end() {
    ${BENCH_CLEANUP:-true}
    rm -rf "$BENCH_DIR"
}

# compile PROGRAM SOURCE OPTION…: a C program into BENCH_DIR.
compile() {
    local program=$1 source=$2
    shift 2
    "$(find_compiler)" -O2 -o "$BENCH_DIR/$program" "$source" "$@" >&2
}

# find_compiler: the system's, or the one that came with Swift.
find_compiler() {
    command -v cc || command -v gcc || command -v "${SWIFT%/*}/clang" || die 'no C compiler'
}

# alone CPU COMMAND…: on one processor, before whatever else wants it, where the system lets us (else only pinned).
alone() {
    local cpu=$1
    shift
    if chrt --fifo 10 true 2>/dev/null; then
        chrt --fifo 10 taskset --cpu-list "$cpu" "$@"
    else
        taskset --cpu-list "$cpu" "$@"
    fi
}

# last_cpu: the one on which the least of the system's own work lands.
last_cpu() { printf '%s\n' "$(($(nproc) - 1))"; }

# median NUMBER…: the middle one, or the lower of the two in the middle.
median() { printf '%s\n' "$@" | sort --general-numeric-sort | sed -n "$((($# + 1) / 2))p"; }

# quotient A B: A / B with six digits, or null when one of them is null or B is 0.
quotient() {
    [[ $1 != null && $2 != null ]] || { printf 'null\n' && return; }
    awk -v a="$1" -v b="$2" 'BEGIN { if (b > 0) printf "%.6f\n", a / b; else print "null" }'
}

# highest_rate TRY SUBJECT: packets a second, the most with at most one in a thousand lost. A flood finds the neighbourhood, five
# halvings the rate; a rate counts as held when one of two tries held it. TRY SUBJECT RATE sends for some seconds (0: as fast as
# it goes) and prints "OFFERED DELIVERED HELD": packets a second, and 1 or 0.
highest_rate() {
    local low high rate offered delivered held
    read -r offered delivered held <<<"$("$1" "$2" 0)"
    if ((held)); then printf '%s\n' "$delivered" && return; fi
    low=$((delivered * 6 / 10)) high=$((delivered * 11 / 10))
    ((high < offered)) || high=$offered
    for _ in 1 2 3 4 5; do
        rate=$(((low + high) / 2))
        for _ in 1 2; do
            read -r offered delivered held <<<"$("$1" "$2" "$rate")"
            ((held)) && break
        done
        if ((held)); then low=$offered; else high=$rate; fi
        # A generator at its limit finds no higher rate.
        ((!held || offered * 100 >= rate * 98)) || break
    done
    printf '%s\n' "$low"
}

# cpu_of PROCESS: nanoseconds that all its threads have had.
cpu_of() { cat "/proc/$1"/task/*/schedstat | awk '{ sum += $1 } END { printf "%.0f\n", sum }'; }

# memory_of PROCESS: kB that are its own.
memory_of() { awk '/^Pss:/ { print $2 }' "/proc/$1/smaps_rollup"; }

# note_figure KEY VALUE: one more round's, to MEASURED.
note_figure() { MEASURED[$1]+="$2 "; }

# median_of WORDS: null of none.
median_of() {
    local -a values
    read -r -a values <<<"$1"
    if ((${#values[@]} > 0)); then median "${values[@]}"; else printf 'null\n'; fi
}

# ratio_of WORDS WORDS: the median of the quotients, place by place; null without any.
ratio_of() {
    local -a tops bottoms quotients=()
    local index
    read -r -a tops <<<"$1"
    read -r -a bottoms <<<"$2"
    for index in "${!bottoms[@]}"; do quotients+=("$(quotient "${tops[index]:-null}" "${bottoms[index]}")"); done
    median_of "${quotients[*]}"
}
