"""`digest demo`: the whole job, seen in a minute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.invocation import JsonOption, books_json, invocation_of, print_json, progress
from digest.cli.sending import print_books

if TYPE_CHECKING:
    from digest.demo.morning import Shown


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(demo)


def demo(
    context: typer.Context,
    keep: Annotated[
        Path | None, typer.Option(help="Keep everything in this folder; run again, nobody is mailed twice.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Afterwards serve the public pages, so that every link works.")
    ] = False,
    json_: JsonOption = False,
) -> None:
    """Play one real morning of an invented paper.

    On this machine only. Articles are collected, an edition is built, printed and mailed over real SMTP
    to every confirmed reader; the letters lie in a folder, with a page to browse them. Then the morning
    after: nothing new.

    Example: digest demo --keep demo --serve
    """
    import tempfile

    from digest.demo.morning import play
    from digest.log import set_up_logging

    set_up_logging(verbose=invocation_of(context).verbose)
    folder = keep or Path(tempfile.mkdtemp(prefix="digest-demo-"))
    folder.mkdir(parents=True, exist_ok=True)

    def say(line: str) -> None:
        typer.echo(line, err=json_)

    with progress("send", None, quiet=json_) as advance:
        shown = play(folder, say=say, progress=lambda books: advance(books.audience - books.to_do))
    if json_:
        _report_json(shown)
    else:
        _report(shown, folder)
    if serve:
        _serve(folder)


def _report_json(shown: Shown) -> None:
    books = books_json(shown.books)
    del books["to_do"]  # the demo ends only when nothing is left to do
    print_json(
        {
            "books": books,
            "html": str(shown.html.resolve()),
            "text": str(shown.text.resolve()),
            "inbox": str(shown.inbox.resolve()),
            "inbox_page": str(shown.inbox_page.resolve()),
            "next": {
                "day": shown.next_day.isoformat(),
                "state": shown.next_state,
                "reason": shown.next_reason,
            },
        }
    )


def _report(shown: Shown, folder: Path) -> None:
    typer.echo("\nThe books")
    print_books(shown.books)
    typer.echo("\nLook at it")
    typer.echo(f"  the edition   {shown.html}\n  the inbox     {shown.inbox_page}")
    typer.echo(f"  the letters   {shown.inbox}/*.eml")
    typer.echo(f"\nNext: cd {folder} && digest preview --day 2026-04-14")
    typer.echo(f"  or: digest demo --keep {folder} --serve")


def _serve(folder: Path) -> None:
    from digest import config
    from digest.cli.hosting import serve_newsroom
    from digest.demo.morning import DemoClock
    from digest.newsroom import open_newsroom
    from digest.testing.smtp import RecordingServer

    inbox = folder / "inbox"
    with RecordingServer(folder=inbox, name_by="recipient") as server:
        settings = config.load(folder / "digest.toml", {"DIGEST_MAIL__PORT": str(server.port)})
        with open_newsroom(settings, clock=DemoClock()) as newsroom:
            typer.echo(f"open {newsroom.settings.web.base_url}/ (Ctrl-C ends it)", err=True)
            typer.echo(f"who subscribes there finds the letter in {inbox}/", err=True)
            serve_newsroom(newsroom, with_schedule=False)
