"""Where every value of a resolved definition comes from, through all its inclusions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reconciler.core.diagnostics import Place
    from reconciler.desired.source import At, Source


class _Layer(NamedTuple):
    at: At
    source: Source
    via: tuple[Place, ...]


class Origins:
    """The definition's own text, and over it each included one at the path where it went in."""

    def __init__(self) -> None:
        self._layers: list[_Layer] = []

    def add(self, at: At, source: Source, via: tuple[Place, ...]) -> None:
        """Note that what stands at `at` comes from source, through via."""
        self._layers.append(_Layer(at, source, via))

    def key_place(self, at: At) -> Place:
        """Where the key of the member at `at` stands."""
        layer = self._layer(at, at[:-1])
        return layer.source.key_place(at[len(layer.at) :])

    def value_place(self, at: At) -> Place:
        """Where the value at `at` starts."""
        layer = self._layer(at, at)
        return layer.source.value_place(at[len(layer.at) :])

    def character_place(self, at: At, text: str, offset: int) -> Place:
        """Where a character of the text at `at` stands, as near as can be told."""
        layer = self._layer(at, at)
        return layer.source.character_place(at[len(layer.at) :], text, offset)

    def origin(self, at: At) -> Place:
        """Where one would edit the member at `at`: its key, or the file that was put there."""
        layer = self._layer(at, at)
        rest = at[len(layer.at) :]
        return layer.source.key_place(rest) if rest else layer.source.value_place(())

    def inserted(self) -> Iterator[tuple[At, Place]]:
        """What was put inside a list, with the place where it stands itself."""
        for layer in self._layers:
            if any(isinstance(step, int) for step in layer.at):
                yield layer.at, layer.source.value_place(())

    def via(self, at: At) -> tuple[Place, ...]:
        """The directives through which the value at `at` came, nearest first."""
        return self._layer(at, at).via

    def _layer(self, at: At, deepest: At) -> _Layer:
        """The innermost layer that begins at deepest or above it."""
        if len(self._layers) == 1:
            return self._layers[0]
        fitting = (
            layer
            for layer in reversed(self._layers)
            if len(layer.at) <= len(deepest) and at[: len(layer.at)] == layer.at
        )
        return max(fitting, key=lambda layer: len(layer.at), default=self._layers[0])
