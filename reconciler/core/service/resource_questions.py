"""The questions about objectives, guardrails and tools, and about a persona that refers to them.

The numbers in `source` are sections of resources-api.
"""

from __future__ import annotations

from typing import Final

from reconciler.core.service.question import Confidence, Question

_D, _S = Confidence.DOCUMENTED, Confidence.SEEN
_I, _U = Confidence.INFERRED, Confidence.UNKNOWN
_OWN_ONLY: Final = "nothing: no such thing is written but a probe's own"

RESOURCES: Final = (
    Question("guardrail_first_page", "Which number has the first page of guardrails?", (0, 1), 0,
             _D, "resources-api 2", "nothing: pages are counted from 0 until no row is new"),
    Question("objectives_name", "Does a set of objectives keep the name it is made with?",
             ("kept", "ignored"), "kept", _I, "resources-api 1",
             "nothing: a probe knows its set by the first step, too"),
    Question("unchanged_resource", "Which status has a guardrail's patch that changes nothing?",
             (304, 200), 304, _D, "resources-api 7", _OWN_ONLY),
    Question("tool_not_found", "Which status has an unknown id of a tool?", (400, 404), 400, _D,
             "resources-api 3.1", "nothing: either tells that the tool is gone"),
    Question("tool_name_taken", "May two tools have one name?", ("refused", "accepted"), "refused",
             _S, "resources-api 3.1", _OWN_ONLY),
    Question("tool_secrets", "How do the secrets of a tool read back?", ("mask", "echo"), "mask",
             _D, "resources-api 3.1", _OWN_ONLY),
    Question("tool_patch", "What does a PATCH of a tool take?", ("object", "json_patch"), "object",
             _D, "resources-api 3.1", _OWN_ONLY),
    Question("mask_sent_back", "What comes of a mask in the place of a tool's secret?",
             ("refused", "stored"), "refused", _D, "resources-api 3.1",
             "nothing: a mask is never written but to a probe's own tool"),
    Question("unchanged_tool", "Which status has a tool's patch that changes nothing?", (200, 304),
             200, _U, "resources-api 7", _OWN_ONLY),
    Question("patch_guardrail_ids", "Can guardrail_ids of a persona be patched?",
             ("honoured", "refused"), "honoured", _S, "resources-api 2",
             "nothing: a refused change of them is told, the rest of the persona waits with it"),
    Question("objectives_deleted", "What does a persona show of a set that is deleted?",
             ("kept", "nulled"), "kept", _U, "resources-api 9",
             "nothing: a reference that is lost is told as drift"),
    Question("guardrail_deleted", "What does a persona show of a guardrail that is deleted?",
             ("scrubbed", "kept"), "scrubbed", _D, "resources-api 9",
             "nothing: a reference that is lost is told as drift"),
)  # fmt: skip
"""In the order in which a probe asks."""
