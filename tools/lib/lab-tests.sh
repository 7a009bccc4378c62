# shellcheck shell=bash
# Runs the scripts of Tests/Lab and counts the promises they checked.

# Seconds after which a script is ended: each is far quicker when nothing hangs.
LAB_TEST_SECONDS=600

# lab_tests [NAME]: every script, or those with NAME in their file's name. Sets TESTS_PASSED and TESTS_FAILED.
lab_tests() {
    local script output status found=0 passed failed
    TESTS_PASSED=0 TESTS_FAILED=0
    output=$(mktemp)
    for script in "$REPOSITORY"/Tests/Lab/*.sh; do
        [[ ${script##*/} == *"${1:-}"* ]] || continue
        found=$((found + 1))
        status=0
        say "-- ${script##*/}"
        timeout --kill-after=30 "$LAB_TEST_SECONDS" "$script" 2>&1 | tee "$output" || status=$?
        passed=$(grep -c '^PASS ' "$output" || true)
        failed=$(grep -c '^FAIL ' "$output" || true)
        # A script may not end badly, or check nothing, without it being a failure.
        if ((failed == 0 && (status != 0 || passed == 0))); then
            say "FAIL  ${script##*/}: status $status, $passed passed"
            failed=1
        fi
        TESTS_PASSED=$((TESTS_PASSED + passed)) TESTS_FAILED=$((TESTS_FAILED + failed))
    done
    rm "$output"
    ((found > 0)) || { say "FAIL  no script matches '${1:-}'" && TESTS_FAILED=1; }
}
