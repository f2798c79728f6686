"""The command group. It knows each command's name and one line of help; bodies load on call."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final

import click

from reconciler import __version__
from reconciler.cli.console import Console
from reconciler.cli.exits import Exit, report_bug, report_error
from reconciler.core.errors import ReconcilerError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "init": ("init", "Write a project file and a first definition."),
    "validate": ("validate", "Check the definitions, offline."),
    "fmt": ("fmt", "Lay out definitions evenly; what they say stays."),
    "plan": ("plan", "Show what apply would do; writes nothing."),
    "snapshot": ("snapshot", "Record what is live, for plans without a key."),
    "apply": ("apply", "Make live equal the definitions."),
    "drift": ("drift", "Show what moved outside; never writes to Tavus."),
    "pull": ("pull", "Write what moved outside into the files."),
    "environments": ("environments", "Show how each persona stands in each environment."),
    "promote": ("promote", "Make the definitions of one environment equal another's."),
    "import": ("adopt", "Write definitions for live personas and bind them."),
    "show": ("show", "Look at one persona: definition, binding, live."),
    "graph": ("graph", "Show what definitions are made of."),
    "history": ("history", "List the last runs; which version was live when."),
    "rollback": ("rollback", "Undo one run, where nobody edited since."),
    "explain": ("explain", "Say what is known of a field."),
    "diff": ("diff", "Print the JSON Patch between two JSON files."),
    "doctor": ("doctor", "Check tools, project, key, service and state."),
    "schema": ("schema", "Print or write the JSON Schemas."),
    "state": ("state", "Care for the state document."),
    "github": ("github", "Comment, issue and pull request for GitHub Actions."),
    "probe": ("probe", "Find out how the service behaves, with a throw-away persona."),
    "sandbox": ("sandbox", "The built-in Tavus emulator."),
    "demo": ("demo", "The main job on the sandbox, in a scratch copy."),
}
"""Command → (module below cli.commands, help line), in the order of the help screen."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called, so that --help stays fast."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The real command in place of its stand-in, which only knows its help line."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None:
            command = import_module(f"reconciler.cli.commands.{COMMANDS[name][0]}").command
        return name, command, rest

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order of COMMANDS rather than of the alphabet."""
        del ctx
        return list(COMMANDS)


@click.group(
    cls=LazyGroup,
    commands={name: click.Command(name, short_help=line) for name, (_, line) in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 1 error, 2 changes or drift where asked, 3 refused, "
    "4 applied in part, 64 wrong usage.",
)
@click.version_option(__version__, prog_name="reconciler")
def group() -> None:
    """Keep Tavus personas as files in git: plan, apply, and see what moved outside."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code. An error is said in words, a bug keeps its trace."""
    console = Console()
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    try:
        code = group.main(given, prog_name="reconciler", standalone_mode=False, obj=console)
        sys.stdout.flush()
    except ReconcilerError as failed:
        return report_error(failed, console)
    except click.exceptions.NoArgsIsHelpError as bare:
        click.echo(bare.ctx.get_help())
        return Exit.DONE
    except click.ClickException as wrong:
        wrong.show()
        return Exit.USAGE
    except (click.Abort, KeyboardInterrupt):
        console.say("Interrupted; nothing more was sent.")
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of our output is gone; so that the interpreter's own flush does not complain.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.ERROR
    except OSError as failed:
        name = f"{failed.filename}: " if failed.filename else ""
        detail = f"{name}{failed.strerror or failed}"
        return report_error(ReconcilerError("A file cannot be used", detail), console)
    except Exception:  # noqa: BLE001 - the last door: a bug is shown, but never with a secret in it
        return report_bug(console)
    return int(code or 0)
