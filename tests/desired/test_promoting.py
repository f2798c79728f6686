"""After a promote both environments resolve to the same, but for variables: a law."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from composing import load
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reconciler.core.promotion import differing
from reconciler.desired.promoting import promotion
from reconciler.desired.yaml_writer import yaml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.resource import Desired

TEXTS: Final = st.sampled_from(["a", "no", "two\nlines", "x: y", "1"])
LAYERS: Final = st.fixed_dictionaries(
    {},
    optional={
        "llm": st.none()
        | st.fixed_dictionaries(
            {},
            optional={
                "model": st.sampled_from(["tavus-gemma-4", "tavus-gpt-oss"]),
                "speculative_inference": st.booleans() | st.none(),
            },
        ),
        "conversational_flow": st.fixed_dictionaries(
            {}, optional={"turn_taking_patience": st.sampled_from(["low", "high"]) | st.none()}
        ),
    },
)


def documents(replica: str, name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Overlays, bases and definitions in one of the two vocabularies."""
    return st.fixed_dictionaries(
        {},
        optional={
            name: TEXTS,
            replica: st.sampled_from(["r1", {"$var": "face"}]),
            "greeting": TEXTS | st.none(),
            "layers": LAYERS,
        },
    )


OVERLAYS: Final = documents("default_replica_id", "persona_name") | documents(
    "default_face_id", "pal_name"
)

PROJECT: Final = """\
version: 1
default_environment: sandbox
environments:
  sandbox: {api: sandbox, vars: {face: r1}}
  prod: {vars: {face: r1}}
"""
"""One value for the variable: then nothing may differ in the end."""


@pytest.fixture(scope="module")
def places() -> Iterator[Path]:
    """Where projects are made."""
    directory = Path(tempfile.mkdtemp())
    yield directory
    shutil.rmtree(directory)


def resolved(directory: Path, environment: str, files: dict[str, str | bytes]) -> Desired | None:
    loaded = load(directory, files, environment=environment)
    errors = [d for d in loaded.diagnostics if d.is_error]
    return None if errors or not loaded.desired else loaded.desired[0]


@settings(max_examples=60, deadline=None)
@given(
    base=documents("default_replica_id", "persona_name"),
    staging=OVERLAYS,
    prod=OVERLAYS,
)
def test_after_a_promote_nothing_differs_and_a_second_one_does_nothing(
    places: Path, base: dict[str, Any], staging: dict[str, Any], prod: dict[str, Any]
) -> None:
    directory = Path(tempfile.mkdtemp(dir=places))
    files: dict[str, str | bytes] = {
        "reconciler.yaml": PROJECT,
        "a.yaml": "system_prompt: x\nreconcile: {extends: [bases/b.yaml]}\n",
        "bases/b.yaml": yaml_text(base),
    }
    overlays = {"sandbox": staging, "prod": prod}
    for name, overlay in overlays.items():
        if overlay:
            files[f"overlays/{name}/persona/a.yaml"] = yaml_text(overlay)
    one = resolved(directory, "sandbox", files)
    other = resolved(directory, "prod", files)
    assume(one is not None and other is not None)
    assert one is not None
    ends = ("sandbox", "prod")
    for change in promotion(directory, one, other, ends=ends).files:
        change.write(directory)
    unchanged: dict[str, str | bytes] = {"reconciler.yaml": PROJECT}
    after = resolved(directory, "prod", unchanged)
    assert after is not None
    assert differing(one, after) == ()
    assert promotion(directory, one, after, ends=ends).files == ()
