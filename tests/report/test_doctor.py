"""A check-up as people and programs read it: tests/golden/doctor."""

from __future__ import annotations

from typing import Final

import pytest
from golden_files import assert_golden
from pydantic import TypeAdapter

from reconciler.core.checkup import Checkup, failed, of_error, ok, skipped, warning
from reconciler.core.errors import StateError
from reconciler.core.masking import Mask
from reconciler.core.secret import Secret
from reconciler.report.doctor import doctor_document, doctor_text
from reconciler.report.formats import DoctorDocument

MIXED: Final = Checkup(
    "prod",
    (
        ok("git", "2.47.1"),
        ok("account", "nothing is bound yet"),
        warning("clock", "ours is 400 seconds ahead of the server's", "Set the clock"),
        skipped("key accepted", "offline"),
        of_error("state", StateError("It cannot be read", "no\x1b[31m JSON", "Restore a copy")),
    ),
)
HEALTHY: Final = Checkup("prod", (ok("git", "2.47.1"), ok("CI", "not in a CI job")))


@pytest.mark.parametrize(("name", "checkup"), [("mixed", MIXED), ("healthy", HEALTHY)])
def test_the_screen(name: str, checkup: Checkup) -> None:
    assert_golden(f"doctor/{name}.txt", doctor_text(checkup))


@pytest.mark.parametrize("checkup", [MIXED, HEALTHY, Checkup("", (failed("project", "none"),))])
def test_the_document_has_exactly_the_documented_members(checkup: Checkup) -> None:
    document = doctor_document(checkup)
    assert TypeAdapter(DoctorDocument).validate_python(document, strict=True) == document
    assert document["healthy"] is (document["summary"]["failed"] == 0)
    assert sum(document["summary"].values()) == len(document["checks"])


def test_each_status_has_a_colour_of_its_own() -> None:
    roles = []

    def paint(text: str, role: str) -> str:
        roles.append(role)
        return text

    doctor_text(MIXED, paint)
    assert roles == ["add", "add", "warn", "dim", "dim", "error", "dim"]


def test_a_secret_that_got_into_a_check_is_masked() -> None:
    word = "a-secret-of-length"
    leaky = Checkup("", (warning("x", f"says {word}", f"try {word}"),))
    shown = doctor_text(Mask.of([Secret(word)]).checkup(leaky))
    assert word not in shown
    assert shown.count("********") == 2


def test_long_lines_hang_below_their_beginning_and_no_word_is_cut() -> None:
    address = "https://status.example/" + "x" * 90
    long = failed("state", "It cannot be read. " * 6, f"Restore a copy, {address}\nor wait.")
    lines = doctor_text(Checkup("", (long,)), width=60).splitlines()
    assert lines[0].startswith("failed   state  It cannot")
    assert all(line.startswith(" " * 16) for line in lines[1:-2])
    assert all(len(line) <= 60 for line in lines if address not in line)
    assert [line.strip() for line in lines if address in line] == [address]
    assert lines[-3].strip() == "or wait."
    assert " ".join(" ".join(lines[:-2]).split()).count("It cannot be read.") == 6
