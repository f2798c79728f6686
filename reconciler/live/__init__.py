"""Tavus over HTTP: personas are listed, read and written here, and nowhere else."""

from __future__ import annotations

from reconciler.live.personas import TavusPersonas
from reconciler.live.settings import LiveSettings

__all__ = ["LiveSettings", "TavusPersonas"]
