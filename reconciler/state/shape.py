"""The state document's shape in JSON, and the values it stands for. Members are never renamed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from reconciler.core.action import Action
from reconciler.core.binding import Binding, PathRecord
from reconciler.core.document import parse_pointer, pointer
from reconciler.core.journal import Intent, Nonce, Tombstone
from reconciler.core.resource import Address
from reconciler.core.run import CiRun, Lease, Origin, RunRecord
from reconciler.core.state import StateDocument

if TYPE_CHECKING:
    from collections.abc import Mapping

    from reconciler.core.document import Path


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Record(_Shape):
    applied: str
    observed: str
    sensitive: bool = False


class _Binding(_Shape):
    id: str
    paths: dict[str, _Record]
    protect: bool = False
    source: str = ""


class _CiRun(_Shape):
    service: str
    project: str
    run: str
    attempt: str = ""
    url: str = ""


class _Origin(_Shape):
    who: str = ""
    host: str = ""
    commit: str = ""
    ci: _CiRun | None = None


class _Lease(_Shape):
    run: str
    origin: _Origin
    since: str
    seconds: float


class _Intent(_Shape):
    address: str
    action: Literal["create", "adopt", "update", "delete"]
    run: str
    id: str = ""
    nonce: str = ""
    paths: dict[str, _Record] = Field(default_factory=dict)


class _Nonce(_Shape):
    address: str
    run: str


class _Tombstone(_Shape):
    address: str
    id: str
    run: str


class _Run(_Shape):
    id: str
    command: str
    origin: _Origin
    started: str
    ended: str = ""
    counts: dict[str, int] = Field(default_factory=dict)
    # Since 1.3.
    wave: str = ""


class Shape(_Shape):
    """The whole document."""

    kind: Literal["persona-reconciler/state"]
    format_version: str
    canonicaliser: int
    lineage: str
    serial: int
    endpoint: str
    account: str
    key_check: str
    patch_form: Literal["by index", "whole list", "whole layer"] = "by index"
    bindings: dict[str, _Binding]
    # Since 1.2.
    lease: _Lease | None = None
    intents: dict[str, _Intent] = Field(default_factory=dict)
    nonces: dict[str, _Nonce] = Field(default_factory=dict)
    tombstones: list[_Tombstone] = Field(default_factory=list)
    runs: list[_Run] = Field(default_factory=list)

    def document(self) -> StateDocument:
        """The value. Raises ValueError where an address or a pointer is none."""
        return StateDocument(
            lineage=self.lineage,
            serial=self.serial,
            endpoint=self.endpoint,
            account=self.account,
            key_check=self.key_check,
            canonicaliser=self.canonicaliser,
            patch_form=self.patch_form,
            bindings={Address.parse(at): _binding(b) for at, b in self.bindings.items()},
            lease=_lease(self.lease),
            intents={operation: _intent(one) for operation, one in self.intents.items()},
            nonces={n: Nonce(Address.parse(g.address), g.run) for n, g in self.nonces.items()},
            tombstones=tuple(
                Tombstone(Address.parse(one.address), one.id, one.run) for one in self.tombstones
            ),
            runs=tuple(map(_run, self.runs)),
        )


def _binding(shape: _Binding) -> Binding:
    return Binding(shape.id, _records(shape.paths), shape.protect, shape.source)


def _records(paths: Mapping[str, _Record]) -> dict[Path, PathRecord]:
    return {
        parse_pointer(at): PathRecord(one.applied, one.observed, one.sensitive)
        for at, one in paths.items()
    }


def _origin(shape: _Origin) -> Origin:
    ci = CiRun(**shape.ci.model_dump()) if shape.ci else None
    return Origin(shape.who, shape.host, shape.commit, ci)


def _lease(shape: _Lease | None) -> Lease | None:
    if shape is None:
        return None
    return Lease(shape.run, _origin(shape.origin), shape.since, shape.seconds)


def _intent(shape: _Intent) -> Intent:
    return Intent(
        Address.parse(shape.address),
        Action(shape.action),
        shape.run,
        shape.id,
        shape.nonce,
        _records(shape.paths),
    )


def _run(shape: _Run) -> RunRecord:
    return RunRecord(
        shape.id,
        shape.command,
        _origin(shape.origin),
        shape.started,
        shape.ended,
        shape.counts,
        shape.wave,
    )


def shaped(document: StateDocument) -> Mapping[str, Any]:
    """The document as JSON values; what is empty and came later than 1.1 is left out."""
    later: dict[str, Any] = {
        "lease": _shaped_lease(document.lease),
        "intents": {operation: _shaped_intent(one) for operation, one in document.intents.items()},
        "nonces": {
            nonce: {"address": str(given.address), "run": given.run}
            for nonce, given in document.nonces.items()
        },
        "tombstones": [
            {"address": str(one.address), "id": one.id, "run": one.run}
            for one in document.tombstones
        ],
        "runs": [_shaped_run(run) for run in document.runs],
    }
    return {
        "canonicaliser": document.canonicaliser,
        "lineage": document.lineage,
        "serial": document.serial,
        "endpoint": document.endpoint,
        "account": document.account,
        "key_check": document.key_check,
        "patch_form": document.patch_form,
        "bindings": {str(at): _shaped_binding(one) for at, one in document.bindings.items()},
        **{name: value for name, value in later.items() if value},
    }


def _shaped_binding(binding: Binding) -> Mapping[str, Any]:
    return {
        "id": binding.id,
        "protect": binding.protect,
        "source": binding.source,
        "paths": _shaped_records(binding.paths),
    }


def _shaped_records(paths: Mapping[Path, PathRecord]) -> Mapping[str, Any]:
    return {
        pointer(path): {"applied": one.applied, "observed": one.observed}
        | ({"sensitive": True} if one.sensitive else {})
        for path, one in paths.items()
    }


def _shaped_origin(origin: Origin) -> Mapping[str, Any]:
    ci = origin.ci
    found: dict[str, Any] = {"who": origin.who, "host": origin.host, "commit": origin.commit}
    if ci is not None:
        found["ci"] = {
            "service": ci.service,
            "project": ci.project,
            "run": ci.run,
            "attempt": ci.attempt,
            "url": ci.url,
        }
    return {name: value for name, value in found.items() if value}


def _shaped_lease(lease: Lease | None) -> Mapping[str, Any] | None:
    if lease is None:
        return None
    origin = _shaped_origin(lease.origin)
    return {"run": lease.run, "origin": origin, "since": lease.since, "seconds": lease.seconds}


def _shaped_intent(intent: Intent) -> Mapping[str, Any]:
    found: dict[str, Any] = {
        "address": str(intent.address),
        "action": intent.action.value,
        "run": intent.run,
    }
    more = {"id": intent.id, "nonce": intent.nonce, "paths": _shaped_records(intent.paths)}
    return found | {name: value for name, value in more.items() if value}


def _shaped_run(run: RunRecord) -> Mapping[str, Any]:
    return {
        "id": run.id,
        "command": run.command,
        "origin": _shaped_origin(run.origin),
        "started": run.started,
        "ended": run.ended,
        "counts": dict(run.counts),
        **({"wave": run.wave} if run.wave else {}),
    }
