#!/usr/bin/env bash
# Installs the program that this action is a copy of, with the locked libraries, beside everything else.
set -euo pipefail

venv="$RUNNER_TEMP/reconciler-venv"
[[ -x "$venv/bin/reconciler" ]] || {
  python3 -m venv "$venv"
  install=("$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps)
  "${install[@]}" --require-hashes -r "$GITHUB_ACTION_PATH/requirements.lock"
  "${install[@]}" --no-build-isolation "$GITHUB_ACTION_PATH"
}
if [[ "$OBJECT_STORE" == true ]]; then
  # Its entry in the lock file: the line that names it, and the hashes that continue it.
  sed -n '/^obstore==/,/[^\\]$/p' "$GITHUB_ACTION_PATH/requirements-dev.lock" >"$RUNNER_TEMP/obstore.lock"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps \
    --require-hashes -r "$RUNNER_TEMP/obstore.lock"
fi
echo "$venv/bin" >>"$GITHUB_PATH"
