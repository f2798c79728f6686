#!/usr/bin/env bash
# Runs the command, keeps its reports, writes job summary and outputs. A later step judges the exit code.
# shellcheck source=.github/action/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

kept="$RUNNER_TEMP/$(artifact_name "$COMMAND")"
said="$RUNNER_TEMP/said.txt" report="$kept/report.md"
rm -rf "$kept"
mkdir -p "$kept"
extra=()
while IFS= read -r line; do
  if [[ -n "$line" ]]; then extra+=("$line"); fi
done <<<"$ARGUMENTS"

# Runs reconciler; what it shows goes to the log and to a file. Between the two marks nothing that
# a persona says is obeyed as a workflow command.
run() {
  local mark
  mark="$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
  echo "::stop-commands::$mark"
  set +e
  reconciler "$@" "${place[@]}" --color never 2>&1 | tee -a "$said"
  code="${PIPESTATUS[0]}"
  set -e
  echo "::$mark::"
}

output() { echo "$1=$2" >>"$GITHUB_OUTPUT"; }

: >"$said"
code=0 artifact="$(artifact_name "$COMMAND")" result="" pulls=()
case "$COMMAND" in
  validate)
    reconciler validate --format github "${extra[@]}" "${place[@]}" || code=$?
    reconciler validate "${extra[@]}" "${place[@]}" --color never >"$said" 2>&1 || true
    artifact=""
    ;;
  plan)
    reconciler validate --format github "${place[@]}" || true
    result="$kept/plan.json"
    words=(--report "$report" --report "$kept/plan.html" --report "$kept/plan.txt")
    if [[ -n "$BASE" ]]; then
      artifact=reconciler-fork-plan
      run plan --base "$BASE" --report "$result" "${words[@]}" "${extra[@]}"
    else
      run plan --out "$result" "${words[@]}" "${extra[@]}"
      if [[ -f "$result" ]]; then output plan-file "$result"; fi
    fi
    ;;
  apply)
    result="$kept/apply.json"
    words=(--report "$report" --report "$kept/apply.html" --report "$result")
    if [[ -n "$EXPECT" ]]; then
      words+=(--expect "$EXPECT")
    elif [[ -n "$PLAN_FILES" ]]; then
      while IFS= read -r line; do
        if [[ -n "$line" ]]; then words+=("$line"); fi
      done <<<"$PLAN_FILES"
    else
      run github approved --strict --out "$RUNNER_TEMP/approved" \
        --artifact "$(artifact_name plan)" --plan-workflow "$PLAN_WORKFLOW"
      for file in "$RUNNER_TEMP"/approved/pull-*.json; do
        if [[ ! -f "$file" ]]; then continue; fi
        words+=("$file")
        number="${file##*/pull-}"
        pulls+=("${number%.json}")
      done
    fi
    if [[ "$code" == 0 ]]; then run apply "${words[@]}" "${extra[@]}"; fi
    ;;
  drift)
    result="$kept/drift.json"
    words=(--report "$report" --report "$kept/drift.html" --report "$result")
    if [[ "$PULL" == true ]]; then words+=(--pull --no-record); fi
    run drift "${words[@]}" "${extra[@]}"
    ;;
  fork-comment)
    run github fork-comment "${extra[@]}"
    output exit-code "$code"
    exit 0
    ;;
  *)
    echo "::error title=persona-reconciler::command has to be plan, apply, drift, validate or fork-comment"
    exit 64
    ;;
esac

# Without a report of its own: what went wrong first, then all that was said.
if [[ ! -f "$report" ]]; then
  problem="$RUNNER_TEMP/problem.txt"
  sed -nE -e '/^Not approved: /p' -e '/^([^ ]+: )?error: /,$p' "$said" >"$problem"
  {
    if [[ "$code" != 0 ]]; then printf '**reconciler %s** ended with exit code %s.\n\n' "$COMMAND" "$code"; fi
    if [[ -s "$problem" ]]; then
      reconciler github quote --most 10000 "$problem"
      printf '\n<details><summary>All that was said</summary>\n\n'
      reconciler github quote --most 45000 "$said"
      printf '\n</details>\n'
    else
      reconciler github quote "$said"
    fi
  } >"$report"
fi
cat "$report" >>"$GITHUB_STEP_SUMMARY"
if [[ -n "$result" && -f "$result" ]]; then reconciler github outputs "$result" >>"$GITHUB_OUTPUT"; fi
output artifact "$artifact"
output kept "$kept"
output report-path "$report"
output approved "${pulls[*]}"
output exit-code "$code"
