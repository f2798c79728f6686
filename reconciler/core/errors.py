"""The exception tree: inability to go on. Findings one expects are values (Diagnostic, Outcome).

ReconcilerError                 summary, detail, hint
├── UsageError                  the command was called wrongly                      exit 64
├── SettingsError               project file or environment unusable                exit 1
├── DefinitionError             carries every Diagnostic, not the first             exit 1
├── StateError                  the state document cannot be read or replaced       exit 1
├── RefusedError                going on would be unsafe; nothing was written       exit 3
│   ├── UnsafePlanError         a guard refused; names the guard and the way round
│   ├── ConflictError           the plan needs a decision of a person
│   ├── StalePlanError          what would be sent is not what was approved
│   ├── StateConflictError      someone else replaced the state meanwhile
│   └── WrongTargetError        state, key and endpoint do not belong together
├── CodeHostError               GitHub did not do what was asked                    exit 1
├── PatchMismatchError          our own bug: the simulated patch is not the prediction  exit 1
└── TavusError                  method, path, status, the server's words, trimmed   exit 1
    ├── TavusUnreachableError   DNS, TLS, connection, time-out
    ├── TavusAuthError          401, 403
    ├── TavusNotFoundError      404, and 400 «Invalid …_id»
    ├── TavusRejectedError      400, 402, 422 and any other 4xx
    │   └── TavusConflictError  409; maker_changes says whether it is about PAL Maker's edits
    ├── TavusRateLimitError     429 after back-off
    ├── TavusServerError        5xx
    ├── TavusProtocolError      a reply that is not what the API promises
    └── TavusListError          the list would not hold still; incomplete, so unusable
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reconciler.core.diagnostics import Diagnostic


class ReconcilerError(Exception):
    """Root of the tree: what is wrong (summary), the particulars (detail), what to do (hint)."""

    def __init__(self, summary: str, detail: str = "", hint: str = "") -> None:
        super().__init__(f"{summary}: {detail}" if detail else summary)
        self.summary = summary
        self.detail = detail
        self.hint = hint


class UsageError(ReconcilerError):
    """The command was called wrongly."""


class SettingsError(ReconcilerError):
    """The project file or an environment variable is missing or unusable."""


class DefinitionError(ReconcilerError):
    """Definitions cannot be used. Carries every problem found, in order of place."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        errors = sum(d.is_error for d in diagnostics)
        super().__init__("The files have errors", f"{errors} found")
        self.diagnostics = tuple(diagnostics)


class StateError(ReconcilerError):
    """The state document cannot be read, understood or written."""


class RefusedError(ReconcilerError):
    """Going on would be unsafe, so nothing was written."""


class UnsafePlanError(RefusedError):
    """A guard refused the plan."""


class ConflictError(RefusedError):
    """The plan holds conflicts that a person has to decide."""


class StalePlanError(RefusedError):
    """What would be sent now is neither the approved plan nor a part of it."""


class StateConflictError(RefusedError):
    """The state document was replaced by someone else since it was read."""


class WrongTargetError(RefusedError):
    """State, key and endpoint do not belong together."""


class CodeHostError(ReconcilerError):
    """The code host did not do what was asked. Free of tokens."""

    def __init__(
        self,
        summary: str,
        detail: str = "",
        hint: str = "",
        *,
        status: int | None = None,
        unclear: bool = False,
    ) -> None:
        super().__init__(summary, detail, hint)
        self.status = status
        """HTTP status, or None where no answer arrived."""
        self.unclear = unclear
        """Whether it may have been done all the same."""


class PatchMismatchError(ReconcilerError):
    """Applying a patch to a copy of live does not give the prediction: a bug of this program."""


class TavusError(ReconcilerError):
    """Tavus did not do what was asked. The server's words are trimmed and free of secrets."""

    def __init__(
        self,
        summary: str,
        detail: str = "",
        hint: str = "",
        *,
        request: str = "",
        status: int | None = None,
    ) -> None:
        super().__init__(summary, detail, hint)
        self.request = request
        """Method and path, e.g. «PATCH /v2/personas/p123»."""
        self.status = status
        """HTTP status, or None where no answer arrived."""


class TavusUnreachableError(TavusError):
    """No usable answer: name resolution, TLS, connection or time-out."""


class TavusAuthError(TavusError):
    """401 or 403."""


class TavusNotFoundError(TavusError):
    """The id is unknown: 404, or 400 with «Invalid …_id» (persona-api 4.1)."""


class TavusRejectedError(TavusError):
    """The server understood and said no: 400, 402, 422 and every other 4xx."""


class TavusConflictError(TavusRejectedError):
    """409. maker_changes: PAL Maker holds unpublished edits, every write is refused."""

    maker_changes: bool = False


class TavusRateLimitError(TavusError):
    """429, after backing off where that was allowed."""


class TavusServerError(TavusError):
    """5xx. After a write, whether it took effect is unknown."""


class TavusProtocolError(TavusError):
    """An answer that cannot be read: HTML instead of JSON, a missing member, a wrong type."""


class TavusListError(TavusError):
    """The list of personas kept changing or stayed incomplete, so it was not used."""
