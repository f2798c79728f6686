"""A plan after an import is empty, for a whole account, whatever the server does to values."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import PERSONAS, SWITCHES

from reconciler.cli.main import main
from reconciler.sandbox.store import Store

PROJECT = """\
version: 1
default_environment: sandbox
environments:
  sandbox: {{api: sandbox, client: {{dialect: {dialect}}}}}
client: {{retries: 0}}
"""

NAMES = st.one_of(
    st.sampled_from(["Coach", "coach", "Coach (v2)", "Çoach!", "日本語", "...", "no", "x" * 90]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=9),
)
"""Names that clash, or come to the same key."""

ODD_TEXT = st.lists(
    st.one_of(
        st.sampled_from(
            [
                *(
                    "You are kind.",
                    "trailing  ",
                    "\ttab",
                    "  lead",
                    "---",
                    "--- a",
                    "...",
                    "",
                    "# x",
                ),
                *(
                    "a: b",
                    "{{name}}",
                    "{$env: X}",
                    "|",
                    "x" * 30_000,
                    "a\r",
                    "\r\r",
                    "\ufeff",
                    "\x07",
                ),
                *(
                    "zero\u200bwidth",
                    "soft\xadhyphen",
                    "\x85",
                    "\u2028",
                    "\xa0",
                    "🎈",
                    "'",
                    '"',
                    "\\",
                ),
            ]
        ),
        st.text(st.characters(codec="utf-8"), max_size=30),
    ),
    min_size=1,
    max_size=8,
).map("\n".join)

SECRETS = st.sampled_from(
    [
        {},
        {"llm": {"model": "mine", "base_url": "https://llm.example/v1", "api_key": "sk-1"}},
        {"llm": {"headers": {"X-Team": "blue", "Authorization": "Bearer 1"}}},
        {"tts": {"tts_engine": "elevenlabs", "external_voice_id": "v", "api_key": "sk-2"}},
    ]
)

MORE_SWITCHES = st.fixed_dictionaries(
    {},
    optional={
        "mask_llm_api_key": st.sampled_from(["mask", "echo"]),
        "mask_tts_api_key": st.sampled_from(["mask", "echo"]),
        "mask_headers": st.sampled_from(["mask", "echo"]),
        "flow_fill": st.sampled_from(["defaults", "nulls"]),
        "retired_models": st.sampled_from(["refused", "accepted"]),
    },
)

ZOO = st.lists(
    st.builds(
        lambda persona, name, prompt, greeting, secrets: {
            **persona,
            "persona_name": name,
            "system_prompt": prompt,
            "greeting": greeting,
            "layers": {**persona.get("layers", {}), **secrets},
        },
        PERSONAS,
        NAMES,
        ODD_TEXT.filter(str.strip),
        st.one_of(st.none(), st.just(""), ODD_TEXT),
        SECRETS,
    ),
    min_size=1,
    max_size=5,
)


def reconciler(directory: Path, *words: str) -> int:
    return main([*words, "--chdir", str(directory)])


@given(ZOO, SWITCHES, MORE_SWITCHES, st.sampled_from(["personas", "pals"]), st.booleans())
@settings(max_examples=20)
def test_the_plan_after_an_import_is_empty(
    zoo: list[dict[str, Any]],
    switches: dict[str, str],
    more: dict[str, str],
    dialect: str,
    interrupted: bool,
) -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / ".reconciler").mkdir()
        (directory / "reconciler.yaml").write_text(PROJECT.format(dialect=dialect))
        with Store(directory / ".reconciler/sandbox.db") as store:
            for switch, value in {**switches, **more}.items():
                store.set_switch(switch, value)
            for document in zoo:
                store.seed(document)
        assert reconciler(directory, "import", "--all") == 0
        if interrupted:
            (directory / ".reconciler/state/sandbox/state.json").unlink()
            assert reconciler(directory, "import", "--all") == 0
        assert len(list((directory / "personas").iterdir())) == len(zoo)
        assert reconciler(directory, "plan", "--detailed-exitcode") == 0
        assert reconciler(directory, "fmt", "--check") == 0
