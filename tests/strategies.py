"""Random personas: what authors may write, and what a server may hold."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40
).filter(lambda text: bool(text.strip()))
PROMPT = st.lists(TEXT, min_size=1, max_size=4).map("\n".join)
WORD = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
SCALAR = st.one_of(st.booleans(), st.integers(-5, 99), st.floats(0, 1, width=16), WORD)
FREE = st.dictionaries(WORD, st.one_of(SCALAR, st.lists(SCALAR, max_size=2)), max_size=4)


def tool(name: str, description: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """An inline tool in function form."""
    function = {"name": name, "description": description, "parameters": parameters}
    return {"type": "function", "function": function}


TOOLS = st.lists(
    st.builds(tool, WORD, TEXT, FREE.map(lambda p: {"type": "object", "properties": p})),
    max_size=3,
    unique_by=lambda t: t["function"]["name"],
)
LEVEL = st.sampled_from(["low", "medium", "high"])


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with any of the members."""
    return st.fixed_dictionaries({}, optional=members)


LAYERS = some(
    llm=some(
        model=st.sampled_from(["tavus-gemma-4", "tavus-gpt-oss", "tavus-gemini-2.5-flash"]),
        speculative_inference=st.booleans(),
        extra_body=some(temperature=st.sampled_from([0, 0.5, 1.0]), top_p=st.just(0.9)),
        tools=TOOLS,
    ),
    tts=some(
        tts_engine=st.sampled_from(["cartesia", "tavus-auto"]),
        tts_emotion_control=st.booleans(),
        voice_settings=some(speed=st.sampled_from([-0.5, 0, 0.25]), emotion=st.just(["curiosity"])),
        external_voice_id=WORD,
    ),
    perception=some(
        perception_model=st.sampled_from(["raven-1", "raven-0", "off"]),
        visual_awareness_queries=st.lists(TEXT, max_size=6),
        visual_tool_prompt=PROMPT,
        visual_tools=TOOLS,
    ),
    stt=some(stt_engine=st.sampled_from(["tavus-auto", "tavus-whisper"]), hotwords=TEXT),
    conversational_flow=some(
        turn_taking_patience=LEVEL,
        replica_interruptibility=LEVEL,
        idle_engagement=st.sampled_from(["off", "patient", "eager"]),
        wake_phrase=WORD,
    ),
)

PERSONAS = st.builds(
    lambda required, rest: {**required, **rest},
    st.fixed_dictionaries(
        {
            "persona_name": TEXT,
            "system_prompt": PROMPT,
            "default_replica_id": st.just("r90bbd427f71"),
        }
    ),
    some(
        greeting=TEXT,
        document_ids=st.lists(st.from_regex(r"d[0-9a-f]{12}", fullmatch=True), max_size=6),
        guardrail_tags=st.lists(WORD, max_size=3),
        languages=st.lists(st.sampled_from(["en", "de", "fr"]), max_size=2),
        disclosure_type=st.sampled_from(["auto", "always", "off"]),
        layers=LAYERS,
    ),
)
"""Documents that a definition could have, in canonical spelling."""

SWITCHES = st.fixed_dictionaries(
    {},
    optional={
        "defaults_profile": st.sampled_from(["2026-05", "2026-07", "2026-10"]),
        "/layers/perception/perception_model": st.sampled_from(["raven-1", "raven-2", ""]),
        "documented_get_wrapper": st.sampled_from(["on", "off"]),
        "list_detail": st.sampled_from(["full", "summary"]),
        "trim_text": st.sampled_from(["on", "off"]),
        "sort_id_lists": st.sampled_from(["on", "off"]),
        "mangle_names": st.sampled_from(["pals", "both", "none"]),
        "tool_descriptions": st.sampled_from(["keep", "drop"]),
        "reorder_keys": st.sampled_from(["on", "off"]),
        "empty_defaults": st.sampled_from(["on", "off"]),
        "spell_out_tts": st.sampled_from(["on", "off"]),
        "hide_llm_defaults": st.sampled_from(["on", "off"]),
        "both_interruptibility": st.sampled_from(["on", "off"]),
        "strict_replace": st.sampled_from(["on", "off"]),
        "patch_test": st.sampled_from(["honoured", "refused"]),
    },
)
"""What the emulator makes of values."""

UNSET: st.SearchStrategy[Any] = st.one_of(st.none(), st.just(""), st.builds(list), st.builds(dict))


@st.composite
def live_documents(draw: st.DrawFn) -> dict[str, Any]:
    """What a server might answer: a persona, some members unset, old names, unknown members."""
    document: dict[str, Any] = draw(PERSONAS)
    document = {**document, "persona_id": "p0123456789a", "updated_at": "2026-10-01T00:00:00Z"}
    for name in draw(st.sets(st.sampled_from(["greeting", "context", "document_ids", "layers"]))):
        document[name] = draw(UNSET)
    layers = document.get("layers")
    if isinstance(layers, dict):
        for name in draw(st.sets(st.sampled_from(["tts", "stt", "conferencing", "llm"]))):
            layers[name] = draw(st.one_of(st.none(), st.builds(dict)))
        perception = layers.get("perception")
        if isinstance(perception, dict) and draw(st.booleans()):
            perception["ambient_awareness_queries"] = draw(st.lists(TEXT, max_size=2))
    if draw(st.booleans()):
        document["x_unknown"] = draw(FREE)
    return document
