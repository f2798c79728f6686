"""`reconciler explain`: what is known of a field, from the tables the program works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reconciler.cli import options as shared
from reconciler.cli.exits import Exit
from reconciler.core.document import dotted
from reconciler.core.errors import ReconcilerError, UsageError
from reconciler.core.explain.explaining import explain
from reconciler.core.explain.finding import parse_field, suggestions
from reconciler.core.service.profile import SHIPPED
from reconciler.core.vocabulary import Vocabulary, spelled, vocabulary_of
from reconciler.desired.explaining import explain_block
from reconciler.desired.project import PROJECT_FILE
from reconciler.report.explain import explanation_document, explanation_text
from reconciler.report.machine import to_text

if TYPE_CHECKING:
    from reconciler.core.document import Path
    from reconciler.core.service.profile import Profile


@click.command("explain")
@click.argument("field", required=False, default="")
@shared.formats("text", "json")
@shared.in_project
def command(place: shared.Place, field: str, output: str) -> int:
    """Say what is known of a field: values, default, patch, server, source.

    FIELD is dotted (layers.tts) or a JSON Pointer (/layers/llm/model), in persona or in PAL words;
    without it the top level is listed. Needs no project; where there is one, the answers about the
    service are those of its service profile.
    """
    path = _path(field)
    profile = _profile(place)
    explained = explain_block(path) or explain(path, profile)
    if explained is None:
        raise _unknown(field, path)
    if output == "json":
        place.console.print(to_text(dict(explanation_document(explained, profile.name))))
    else:
        console = place.console
        console.print(explanation_text(explained, profile.name, console.paint, console.width))
    return Exit.DONE


def _path(field: str) -> Path:
    try:
        return parse_field(field)
    except ValueError as wrong:
        hint = "Write it dotted, layers.llm.model, or as a JSON Pointer, /layers/llm/model."
        raise UsageError("That is no path of a field", f"{field}: {wrong}", hint) from None


def _profile(place: shared.Place) -> Profile:
    """The profile of the project, where there is one that can be used."""
    if not (place.directory / PROJECT_FILE).is_file():
        return SHIPPED
    from reconciler.cli.session import open_session
    from reconciler.cli.wiring import service_profile

    try:
        return service_profile(open_session(place))
    except ReconcilerError as wrong:
        place.console.say(f"The shipped service profile is used: {wrong.summary}.")
        return SHIPPED


def _unknown(field: str, path: Path) -> UsageError:
    pal = any(
        vocabulary_of(tuple(field.strip("/").replace("/", ".").split(".")[:length]))
        is Vocabulary.PAL
        for length in range(1, len(path) + 1)
    )
    words = Vocabulary.PAL if pal else Vocabulary.PERSONA
    found = " or ".join(dotted(spelled(at, words)) for at in suggestions(path))
    above = dotted(path[:-1])
    look = f"See what there is: reconciler explain {above}".rstrip()
    return UsageError("There is no such field", field, f"Did you mean {found}?" if found else look)
