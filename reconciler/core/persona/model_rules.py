"""Rules about the language model: hosted or one's own, and what either takes (persona-api 8.2)."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from reconciler.core.document import get
from reconciler.core.persona.known import HOSTED, KNOWN
from reconciler.core.persona.problem import error, warning
from reconciler.core.persona.values import outside
from reconciler.core.rulebook import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from reconciler.core.document import Path
    from reconciler.core.persona.problem import Problem
    from reconciler.core.persona.subject import Subject

MODEL: Final[Path] = ("layers", "llm", "model")
_BASE: Final[Path] = ("layers", "llm", "base_url")
_KEY: Final[Path] = ("layers", "llm", "api_key")
_EXTRA: Final[Path] = ("layers", "llm", "extra_body")
_HOSTED_RANGES: Final[Mapping[str, tuple[float, float]]] = {"temperature": (0, 2), "top_p": (0, 1)}


def _own_model(subject: Subject) -> Iterator[Problem]:
    model = subject.text(MODEL)
    missing = [path for path in (_BASE, _KEY) if not subject.has(path)]
    if not model or model.startswith(HOSTED) or not missing:
        return
    # Without a key a new persona is refused; a live one keeps the key it has, which reads as a
    # mask, so a definition imported from it cannot have it.
    summary = "A model of your own needs an address and a key"
    detail = (
        f"{subject.name(MODEL)} is {subject.quote(MODEL)}, which is no hosted model, and "
        + " and ".join(subject.name(path) for path in missing)
        + (" are missing" if len(missing) > 1 else " is missing")
    )
    if _BASE in missing:
        yield error(MODEL, summary, detail, _hosted_hint(model))
    else:
        hint = f"Add {subject.name(_KEY)}: {{$env: NAME}}"
        yield warning(MODEL, Rule.OWN_MODEL_WITHOUT_KEY, summary, detail, hint)


def _hosted_hint(model: str) -> str:
    known = KNOWN[MODEL].current
    close = get_close_matches(model, known, 1, 0.85) or get_close_matches(
        HOSTED + model, known, 1, 0.9
    )
    return f"Did you mean {close[0]}?" if close else f"Names of hosted models start with {HOSTED}"


def _endpoint(subject: Subject) -> Iterator[Problem]:
    model = subject.text(MODEL)
    own = bool(model) and not model.startswith(HOSTED)
    if subject.has(_BASE) and not subject.has(_KEY) and not own:
        yield error(
            _BASE,
            "The endpoint needs a key",
            f"{subject.name(_BASE)} is set, {subject.name(_KEY)} is not",
            f"Add {subject.name(_KEY)}: {{$env: NAME}}",
        )
    if subject.has(_KEY) and not subject.has(_BASE) and not own:
        yield warning(
            _KEY,
            Rule.KEY_WITHOUT_ENDPOINT,
            "The key has no endpoint",
            f"{subject.name(_KEY)} is set, {subject.name(_BASE)} is not; hosted models need no key",
            f"Drop it, or add {subject.name(_BASE)}",
        )
    if subject.has(_BASE) and not own:
        yield warning(
            MODEL if model else _BASE,
            Rule.ENDPOINT_WITHOUT_MODEL,
            "The endpoint has no model of its own",
            f"{subject.name(_BASE)} is set, but {subject.name(MODEL)} "
            + ("names a hosted model" if model else "is not"),
            "Write the model's name as the endpoint knows it",
        )


def _hosted_settings(subject: Subject) -> Iterator[Problem]:
    model, extra = subject.text(MODEL), get(subject.plain, _EXTRA)
    own = subject.has(_BASE) or (bool(model) and not model.startswith(HOSTED))
    if own or not isinstance(extra, dict):
        return
    for name, value in extra.items():
        path = (*_EXTRA, name)
        if name not in _HOSTED_RANGES:
            yield warning(
                path,
                Rule.HOSTED_MODEL_SETTING,
                "Hosted models do not take this",
                f"{subject.name(path)} is for a model of your own",
                "Hosted models take temperature and top_p",
            )
        elif outside(value, *_HOSTED_RANGES[name]):
            low, high = _HOSTED_RANGES[name]
            detail = (
                f"{subject.name(path)} is {subject.quote(path)}, hosted models take {low} to {high}"
            )
            yield error(path, "Out of range", detail)


RULES: Final[tuple[Callable[[Subject], Iterator[Problem]], ...]] = (
    _own_model,
    _endpoint,
    _hosted_settings,
)
"""The rules of this module, in the order in which they speak."""
