# shellcheck shell=bash
# Runs the scripts of Tests/Lab and counts the promises they checked. Each has a machine of its own (own-machine.sh), so that
# several run side by side.

# Seconds after which a script is ended: each is far quicker when nothing hangs.
LAB_TEST_SECONDS=600
# Scripts at a time: they wait more than they compute.
LAB_TESTS_AT_ONCE=3
# These compare rates or lose packets where others take the processors: one at a time, before the rest.
LAB_TESTS_ALONE=(forged-media.sh many-phones.sh phones-flood.sh soak.sh)

# lab_tests [NAME]: every script, or those with NAME in their file's name. Sets TESTS_PASSED, TESTS_FAILED and TESTS_FAILURES.
lab_tests() {
    local script
    local -a alone=() together=()
    TESTS_PASSED=0 TESTS_FAILED=0 TESTS_FAILURES=()
    for script in "$REPOSITORY"/Tests/Lab/*.sh; do
        [[ ${script##*/} == *"${1:-}"* ]] || continue
        if [[ " ${LAB_TESTS_ALONE[*]} " == *" ${script##*/} "* ]]; then alone+=("$script"); else together+=("$script"); fi
    done
    if ((${#alone[@]} + ${#together[@]} == 0)); then
        say "FAIL  no script matches '${1:-}'" && TESTS_FAILED=1
        return
    fi
    LAB_TEST_OUTPUT=$(mktemp -d)
    ((${#alone[@]} == 0)) || run_lab_tests 1 "${alone[@]}"
    ((${#together[@]} == 0)) || run_lab_tests "$LAB_TESTS_AT_ONCE" "${together[@]}"
    rm -r "$LAB_TEST_OUTPUT"
}

# run_lab_tests COUNT SCRIPT…: COUNT at a time; what each says is printed when it has ended.
run_lab_tests() {
    local count=$1 script ended
    local -A running=()
    shift
    for script in "$@"; do
        if ((${#running[@]} == count)); then
            wait -n -p ended "${!running[@]}" || true
            lab_test_ended "${running[$ended]}"
            unset "running[$ended]"
        fi
        run_lab_test "$script" &
        running[$!]=$script
    done
    while ((${#running[@]} > 0)); do
        wait -n -p ended "${!running[@]}" || true
        lab_test_ended "${running[$ended]}"
        unset "running[$ended]"
    done
}

# run_lab_test SCRIPT: its output and its status go to files.
run_lab_test() {
    local base=$LAB_TEST_OUTPUT/${1##*/} status=0
    mkdir -p "$base.tmp"
    TMPDIR=$base.tmp PHONEPROXY_LAB_DIR=$base.tmp/lab timeout --kill-after=30 "$LAB_TEST_SECONDS" \
        "$REPOSITORY/tools/lib/own-machine.sh" "$1" >"$base.output" 2>&1 </dev/null || status=$?
    printf '%s\n' "$status" >"$base.status"
    rm -rf "$base.tmp"
}

# lab_test_ended SCRIPT: prints what it said, and counts it.
lab_test_ended() {
    local name=${1##*/} passed failed status
    status=$(cat "$LAB_TEST_OUTPUT/$name.status" 2>/dev/null || printf 'none')
    say "-- $name"
    cat "$LAB_TEST_OUTPUT/$name.output"
    passed=$(grep -c '^PASS ' "$LAB_TEST_OUTPUT/$name.output" || true)
    failed=$(grep -c '^FAIL ' "$LAB_TEST_OUTPUT/$name.output" || true)
    # A script may not end badly, or check nothing, without it being a failure.
    if ((failed == 0)) && [[ $status != 0 || $passed == 0 ]]; then
        say "FAIL  $name: status $status, $passed passed" | tee -a "$LAB_TEST_OUTPUT/$name.output"
        failed=1
    fi
    TESTS_PASSED=$((TESTS_PASSED + passed)) TESTS_FAILED=$((TESTS_FAILED + failed))
    ((failed == 0)) || failures_of "$name" "$LAB_TEST_OUTPUT/$name.output"
}

# failures_of NAME OUTPUT: each line FAIL of a script and what it explains below, for the report's end.
failures_of() {
    TESTS_FAILURES+=("-- $1" "$(awk '/^FAIL /{on = 1} !/^(FAIL |  )/{on = 0} on' "$2")")
}
