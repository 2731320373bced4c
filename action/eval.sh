#!/usr/bin/env bash
# Judges facts in a workflow: annotations on standard output, the report in the summary of the job, files for the rest.
# action.yml says what the variables hold. Ends with jobun's own exit code.
set -euo pipefail

jobun=${JOBUN_BINARY:-$JOBUN_ROOT/bin/jobun}
markdown=$RUNNER_TEMP/jobun.md
annotations=$RUNNER_TEMP/jobun.annotations
rm -f "$markdown" "$annotations"

wrong() {
    printf '::error title=Jobun::%s\n' "$1"
    echo "exit-code=4" >>"$GITHUB_OUTPUT"
    exit 4
}

# Each line of $2 that is not empty is given to the function $1.
each_line() {
    local line
    while IFS= read -r line || [ -n "$line" ]; do
        line=${line%$'\r'}
        if [ -n "${line//[[:space:]]/}" ]; then "$1" "$line"; fi
    done <<<"$2"
}

options=(eval --lang "$JOBUN_LANG" --fail-on "$JOBUN_FAIL_ON")
[ -z "$JOBUN_AS_OF" ] || options+=(--as-of "$JOBUN_AS_OF")
[ -z "$JOBUN_POLICIES" ] || options+=(--policies "$JOBUN_POLICIES")
[ "$JOBUN_ALLOW_UNKNOWN" != true ] || options+=(--allow-unknown)
for pack in $(tr ',' ' ' <<<"$JOBUN_PACKS"); do options+=(--pack "$pack"); done
param() { options+=(--param "$1"); }
each_line param "$JOBUN_PARAMS"

report() { options+=(--format "$1" --output "$2"); }
further() {
    case $1 in
        *=*) report "${1%%=*}" "${1#*=}" ;;
        *) wrong "a report is written FORMAT=FILE" ;;
    esac
}
[ "$JOBUN_ANNOTATIONS" != true ] || report github "$annotations"
report markdown "$markdown"
[ -z "$JOBUN_SARIF" ] || report sarif "$JOBUN_SARIF"
each_line further "$JOBUN_REPORTS"

facts=()
shopt -s nullglob
shopt -s globstar 2>/dev/null || true
matching() {
    local IFS='' before=${#facts[@]}
    # A glob is opened here; a name without one stays as it is, there or not.
    # shellcheck disable=SC2206
    facts+=($1)
    [ ${#facts[@]} -gt "$before" ] || wrong "no file of facts matches the input facts"
}
each_line matching "$JOBUN_FACTS"
[ ${#facts[@]} -gt 0 ] || wrong "the input facts names no file"

status=0
"$jobun" "${options[@]}" -- "${facts[@]}" || status=$?

[ ! -f "$annotations" ] || cat "$annotations"
if [ "$JOBUN_SUMMARY" = true ] && [ -f "$markdown" ]; then cat "$markdown" >>"$GITHUB_STEP_SUMMARY"; fi
{
    echo "exit-code=$status"
    # With mistakes in the facts or the policies nothing is written.
    [ ! -f "$markdown" ] || echo "markdown=$markdown"
    if [ -n "$JOBUN_SARIF" ] && [ "$status" -lt 4 ] && [ -f "$markdown" ]; then echo "sarif=$JOBUN_SARIF"; fi
} >>"$GITHUB_OUTPUT"
exit "$status"
