"""httpx without its command line program, which would import click, rich and pygments."""

from __future__ import annotations

import sys
from types import ModuleType

# httpx imports its program in a try block and goes on without it where that fails. An empty
# module makes it fail at once: a third of the import time, paid for a command nobody runs here.
sys.modules.setdefault("httpx._main", ModuleType("httpx._main"))

import httpx  # noqa: E402 - the line above has no effect once httpx is imported

__all__ = ["httpx"]
