"""Objectives, guardrails and tools, as resources-api sections 1 to 3 tell of them.

What nobody tells is inferred from how the service treats personas; the docstrings say so.
"""
