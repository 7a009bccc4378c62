# shellcheck shell=bash
# Runs the Swift tests and counts them by their own report.

# swift_tests [NAME]: builds and runs the tests, those whose name matches when one is given.
# Sets TESTS_PASSED, TESTS_FAILED and TESTS_FAILURES; a run that ends badly, or that ran nothing, counts as a failure.
swift_tests() {
    local report filter=() status=0
    report=$(mktemp -d)
    [[ -z ${1:-} ]] || filter=(--filter "$1")
    TESTS_FAILURES=()
    "$SWIFT" build "${SWIFT_OPTIONS[@]}" --build-tests ||
        { TESTS_PASSED=0 TESTS_FAILED=1 TESTS_FAILURES=('the tests can not be built') && return; }
    "$SWIFT" test "${SWIFT_OPTIONS[@]}" --skip-build --no-parallel --disable-xctest \
        --xunit-output "$report/tests.xml" "${filter[@]}" 2>&1 | tee "$report/output" || status=$?
    count_swift_tests "$report"
    ((TESTS_FAILED == 0)) || mapfile -t TESTS_FAILURES < <(grep -a 'recorded an issue' "$report/output" || true)
    rm -r "$report"
    if ((TESTS_FAILED == 0 && (status != 0 || TESTS_PASSED == 0))); then
        TESTS_FAILURES=("swift test: status $status, $TESTS_PASSED passed")
        say "${TESTS_FAILURES[0]}"
        TESTS_FAILED=1
    fi
}

# count_swift_tests FOLDER: adds up what the report's <testsuite> elements say.
count_swift_tests() {
    local run=0 line
    TESTS_FAILED=0
    while read -r line; do
        run=$((run + $(attribute tests "$line")))
        TESTS_FAILED=$((TESTS_FAILED + $(attribute failures "$line") + $(attribute errors "$line")))
    done < <(cat "$1"/*.xml 2>/dev/null | grep '<testsuite ' || true)
    TESTS_PASSED=$((run - TESTS_FAILED))
}

# attribute NAME ELEMENT: the number in it, 0 when it is absent.
attribute() {
    local value
    value=$(sed -nE "s/.* $1=\"([0-9]+)\".*/\\1/p" <<<"$2")
    printf '%s\n' "${value:-0}"
}
