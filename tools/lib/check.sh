# shellcheck shell=bash
# Promises that are checked: one PASS or FAIL line each, counted.

CHECKS_PASSED=0
CHECKS_FAILED=0

# check DESCRIPTION COMMAND…: the promise holds when the command succeeds. What it prints is shown when it does not.
check() {
    local description=$1 output
    shift
    if output=$("$@" 2>&1); then
        pass "$description"
    else
        fail "$description"
        printf '%s\n' "$output" | sed '/^$/d; s/^/      /'
    fi
}

# check_not DESCRIPTION COMMAND…: the promise holds when the command fails.
check_not() {
    local description=$1
    shift
    check "$description" fails "$@"
}

fails() { ! "$@"; }

pass() {
    CHECKS_PASSED=$((CHECKS_PASSED + 1))
    printf 'PASS  %s\n' "$1"
}

fail() {
    CHECKS_FAILED=$((CHECKS_FAILED + 1))
    printf 'FAIL  %s\n' "$1"
}

# checks_held: whether there were checks, and none failed.
checks_held() { ((CHECKS_PASSED > 0 && CHECKS_FAILED == 0)); }

# same_text EXPECTED ACTUAL: shows the difference when there is one.
same_text() { diff <(printf '%s\n' "$1") <(printf '%s\n' "$2"); }

# shows PATTERN WORDS…: the box's answer to the command has a line that the extended regular expression matches.
# The answer is printed for whoever has to find out why not.
shows() {
    local pattern=$1 answer
    shift
    answer=$(box show "$@") || return 1
    printf '%s\n' "$answer"
    grep -qE "$pattern" <<<"$answer"
}

# drops REASON: how often the box has dropped for this reason.
drops() {
    box show asp drop | sed -nE "s/.*\\($1\\) +([0-9]+).*/\\1/p" | grep . || printf '0\n'
}

# refuses REASON COMMAND…: the command fails, and the box counts drops for this reason.
refuses() {
    local reason=$1 before after
    shift
    before=$(drops "$reason")
    if "$@"; then
        printf '%s\n' 'it went through'
        return 1
    fi
    after=$(drops "$reason")
    printf '%s: %s before, %s after\n' "$reason" "$before" "$after"
    ((after > before))
}
