"""The command `digest`: its global options, its commands, and how errors become exit codes.

Exit codes: 0 ok, 1 failed, 2 usage or settings, 3 findings, 4 partly sent, 75 try again later.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from digest.cli import demo, editing, intake, readers, sending, serving, setup
from digest.cli.invocation import Invocation
from digest.errors import DigestError

app = typer.Typer(
    name="digest",
    help="Turn a newspaper's published articles into its daily email newsletter.",
    epilog="Begin with: digest demo, or digest init my-paper. Example: digest --config paper/digest.toml run",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (setup, intake, editing, sending, serving, readers, demo):
    group.register(app)


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
