"""The command `digest`: its global options, its commands, and how errors become exit codes.

Exit codes: 0 ok, 1 failed, 2 usage or settings, 3 findings, 4 partly sent, 75 try again later.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from digest.cli.invocation import Invocation
from digest.errors import DigestError

COMMANDS = {
    "init": ("setup", "Set up a folder for a newspaper."),
    "doctor": ("setup", "Check that everything is fit to send."),
    "collect": ("intake", "Read every source and take in what is new."),
    "article": ("intake", "Show what is understood of an article."),
    "summarise": ("explaining", "Show an article's summary, and why each sentence is in it or not."),
    "sources": ("intake", "Show how each source is doing."),
    "build": ("editing", "Make the day's draft from what was collected."),
    "preview": ("editing", "Show the day's edition as it would be sent now."),
    "explain": ("explaining", "Say of every article why it is in the edition or not."),
    "check": ("editing", "Say what is wrong with the day's edition."),
    "approve": ("editing", "Approve the day's draft for publication."),
    "publish": ("editing", "Print, check and freeze the day's draft."),
    "run": ("sending", "Do one morning now, from collecting to sending."),
    "send": ("sending", "Send the day's published edition."),
    "status": ("sending", "Show where an edition stands, and its books."),
    "deliveries": ("sending", "List deliveries, with each one's state and reason."),
    "pause": ("sending", "Rest the sending of an edition."),
    "resume": ("sending", "Let a resting edition be sent again."),
    "bounces": ("sending", "Read letters that came back, and act on them."),
    "serve": ("serving", "Serve the pages and bring editions out."),
    "subscribers": ("readers", "Readers: add, import, list, unsubscribe, veto."),
    "demo": ("demo", "Play one real morning of an invented paper."),
}
"""Each command, the module it stands in, and the first line of its help: `digest --help` imports none."""


class LateGroup(TyperGroup):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names, in the order of a morning."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command by its name, importing its module."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        from importlib import import_module

        part = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False)
        import_module(f"digest.cli.{COMMANDS[cmd_name][0]}").register(part)
        return typer.main.get_group(part).commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands without importing any."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


app = typer.Typer(
    name="digest",
    cls=LateGroup,
    help="Turn a newspaper's published articles into its daily email newsletter.",
    epilog="Begin with: digest demo, or digest init my-paper. Example: digest --config paper/digest.toml run",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"digest {version('newsroom-digest')}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", "-c", help="The settings file, or the folder that holds digest.toml."),
    ] = None,
    verbose: Annotated[
        int, typer.Option("--verbose", "-v", count=True, help="Log what happens; twice for details.")
    ] = 0,
    version: Annotated[  # noqa: ARG001 - its callback answers
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Read the options that stand before the command."""
    context.obj = Invocation(config=config, verbose=verbose)


def run() -> None:
    """Run the command line and turn every known error into one line and its exit code."""
    try:
        app()
    except DigestError as error:
        typer.echo(f"digest: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output went away (`digest … | head`): nothing is wrong, there is nothing to say,
        # and the interpreter must not try to flush once more.
        sys.stdout = None
        sys.exit(0)
    except OSError as error:
        named = f"{error.filename}: " if error.filename else ""
        typer.echo(
            f"digest: {named}{error.strerror or error}; check the path and who may write there", err=True
        )
        sys.exit(1)
