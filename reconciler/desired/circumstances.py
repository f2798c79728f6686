"""What the definitions of one run are read under."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reconciler.core.lint.switches import Switches
from reconciler.core.reference import Resources
from reconciler.desired.environment_vars import EnvironmentVars

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from reconciler.desired.disk import Disk


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What the definitions of one run are read under."""

    disk: Disk
    environment: str
    """The name of the chosen environment."""
    variables: Mapping[str, str]
    """The environment variables that {$env: …} may name."""
    require_env: bool = True
    """Whether a variable that is not set is an error rather than a warning."""
    known_environments: Collection[str] = ()
    """The environments of the project; empty where that is not known."""
    vars: EnvironmentVars = field(default_factory=EnvironmentVars)
    """What {$var: …} may name."""
    resources: Resources = field(default_factory=Resources)
    """What {$ref: …} may name."""
    switches: Switches = field(default_factory=Switches)
    """What the project thinks of the lint rules."""
