"""`digest serve`: the service that runs by itself."""

from __future__ import annotations

from typing import Annotated

import typer

from digest.cli.invocation import invocation_of


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(serve)


def serve(
    context: typer.Context,
    pages_only: Annotated[
        bool, typer.Option("--pages-only", help="Serve the public pages, but bring nothing out.")
    ] = False,
) -> None:
    """Serve the pages and bring editions out.

    The public pages, and every newsletter when it is due. Runs until SIGTERM or Ctrl-C, which let open
    messages finish.

    Example: digest --config /etc/digest/digest.toml -v serve
    """
    from digest.cli.hosting import serve_newsroom

    with invocation_of(context).newsroom() as newsroom:
        serve_newsroom(newsroom, with_schedule=not pages_only)
