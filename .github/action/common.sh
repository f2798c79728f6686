# shellcheck shell=bash
# What the steps share. Values of the workflow come in variables and are only ever used quoted.
set -euo pipefail

place=(--chdir "$DIRECTORY")
if [[ -n "$ENVIRONMENT" ]]; then place+=(--env "$ENVIRONMENT"); fi

# Names the artifact of a command for this environment and directory.
artifact_name() {
  local name="reconciler-$1-${ENVIRONMENT:-default}"
  if [[ "$DIRECTORY" != . ]]; then name+="-$DIRECTORY"; fi
  printf '%s' "${name//[^A-Za-z0-9._-]/-}"
}

# Lets git reach this repository with the token, without writing it down or naming it in a command.
if [[ -n "${GITHUB_TOKEN:-}" && -n "${GITHUB_SERVER_URL:-}" ]]; then
  login="$(printf 'x-access-token:%s' "$GITHUB_TOKEN" | base64 | tr -d '\n')"
  echo "::add-mask::$login"
  export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0="http.$GITHUB_SERVER_URL/.extraheader"
  export GIT_CONFIG_VALUE_0="AUTHORIZATION: basic $login"
fi
