# shellcheck shell=bash
# What each script in Tests/Lab begins with. It brings a lab up, checks promises, and leaves nothing behind.

# shellcheck source=tools/lib/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
require_root
# shellcheck source=tools/lib/check.sh
source "$REPOSITORY/tools/lib/check.sh"
# shellcheck source=tools/lib/lab.sh
source "$REPOSITORY/tools/lib/lab.sh"

# A script that stops half-way has failed, whatever it had checked until then.
LAB_TEST_DONE=false
lab_lock
trap 'finish_lab_test' EXIT
trap 'exit 130' INT TERM

finish_lab_test() {
    local status=$?
    if ! $LAB_TEST_DONE; then fail "the script stopped half-way (status $status)"; fi
    if ((CHECKS_FAILED > 0)) && [[ -f $LAB_DIR/log/box.log ]]; then
        say "      the box's last lines:"
        tail -n 15 "$LAB_DIR/log/box.log" | sed 's/^/      /'
    fi
    (lab_down) || status=1
    if checks_held; then exit "$status"; else exit 1; fi
}

# lab_test_done: the last line of each script.
lab_test_done() { LAB_TEST_DONE=true; }

# configuration NAME SED_EXPRESSION…: the lab's configuration with edits, kept until the script ends; prints its path.
configuration() {
    local path
    path=$(mktemp --suffix=".$1.cfg")
    shift
    local -a expressions=()
    local expression
    for expression in "$@"; do expressions+=(-e "$expression"); done
    sed "${expressions[@]}" "$LAB_CONFIG" >"$path"
    printf '%s\n' "$path"
}
