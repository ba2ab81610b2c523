# Runs suites and checks, adds up what came of them. Sourced by ./test.

passed=0
failed=0
skipped=0

heading() { printf '\n== %s (%d s)\n' "$1" "$SECONDS"; }

count_failure() {
    echo "FAILED: $1"
    failed=$((failed + 1))
}

# check NAME COMMAND...: one more that passed or failed; its output is shown if it failed.
check() {
    local name=$1 output
    shift
    if output=$("$@" 2>&1); then
        echo "passed: $name"
        passed=$((passed + 1))
    else
        printf '%s\n' "$output" | tail -80
        count_failure "$name"
    fi
}

# told NAME COMMAND...: like check, for what has figures to show when it passes too. Exit code 77: this machine forbids it, which the command's words say.
told() {
    local name=$1 output code
    shift
    output=$("$@" 2>&1)
    code=$?
    printf '%s\n' "$output" | tail -80 | sed 's/^/  /'
    case $code in
        0) echo "passed: $name"; passed=$((passed + 1)) ;;
        77) echo "skipped: $name"; skipped=$((skipped + 1)) ;;
        *) count_failure "$name" ;;
    esac
}

# must NAME COMMAND...: silent if it works; without it nothing else makes sense.
must() {
    local name=$1 output
    shift
    output=$("$@" 2>&1) && return 0
    printf '%s\n' "$output" | tail -80
    count_failure "$name"
    report
}

# published EXECUTABLE PUBLISH-ARGUMENTS...: dotnet publish into its folder without a warning, and it is there.
published() {
    local executable=$1 folder output
    folder=$(dirname "$executable")
    shift
    output=$(dotnet publish "$@" --output "$folder" --verbosity minimal 2>&1) || { printf '%s\n' "$output"; return 1; }
    if grep -qE ': warning |warning (IL|NETSDK|NU)[0-9]' <<<"$output"; then
        printf '%s\n' "$output"
        return 1
    fi
    [ -x "$executable" ]
}

# suite SECONDS TEST-PROGRAM OPTIONS...: adds the counts of xunit's last line; a suite that crashed or hung has failed.
suite() {
    local seconds=$1 program=$2 log code summary
    shift 2
    log=$(mktemp)
    timeout --kill-after=10 "$seconds" "$program" "$@" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: [0-9]+' "$log" | tail -1)
    rm -f "$log"
    if [ -z "$summary" ]; then
        # A filter that selects nothing in one suite is no failure; xunit then prints no counts.
        [ "$code" -eq 0 ] && [ -n "${filter:-}" ] && return 0
        count_failure "$program ended with exit code $code and no summary"
        return
    fi
    local total errors failures skips not_run
    read -r total errors failures skips not_run <<<"$(tr -cd '0-9 ' <<<"$summary")"
    passed=$((passed + total - failures - skips - not_run))
    failed=$((failed + failures + errors))
    skipped=$((skipped + skips))
    [ "$code" -eq 0 ] || [ $((failures + errors)) -gt 0 ] || count_failure "$program ended with exit code $code"
}

# Servers that a crashed suite left behind: every pid file below our own folder, if that process still names the folder.
stop_leftovers() {
    local file pid
    while IFS= read -r -d '' file; do
        pid=$(tr -cd '0-9' <"$file")
        [ -n "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$1" && kill "$pid" 2>/dev/null
    done < <(find "$1" -name '*.pid' -type f -print0 2>/dev/null)
    return 0
}

# The last line, and the exit code that goes with it.
report() {
    printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
    exit
}
