#!/usr/bin/env bash
# Says the result on GitHub. What fails here is a warning: the result does not hang on it.
# shellcheck source=.github/action/common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

case "$COMMAND" in
  plan)
    if [[ "$GITHUB_EVENT_NAME" == pull_request ]]; then
      reconciler github comment --file "$REPORT" --fingerprint "$FINGERPRINT" "${place[@]}"
    fi
    ;;
  apply)
    for number in $APPROVED; do
      reconciler github comment --kind apply --pull-request "$number" --file "$REPORT" \
        --fingerprint "$FINGERPRINT" "${place[@]}"
    done
    ;;
  drift)
    if [[ "$EXIT_CODE" != 0 && "$EXIT_CODE" != 2 ]]; then
      : # Whether live moved is not known: what was said before stays.
    elif [[ "$PULL" == true ]]; then
      reconciler github pull-request --file "$REPORT" "${place[@]}"
    elif [[ "$HAS_CHANGES" == true ]]; then
      reconciler github issue --file "$REPORT" --label "$LABEL" "${place[@]}"
    else
      reconciler github issue --close "${place[@]}"
    fi
    ;;
esac
