"""What every command shares: the settings file, the newsroom it opens, and how it reports."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from digest.errors import UsageError

if TYPE_CHECKING:
    from digest.config import Settings
    from digest.model.delivery import Books
    from digest.model.edition import FiledEdition
    from digest.model.newsletter import Newsletter
    from digest.newsroom import Newsroom

JsonOption = Annotated[bool, typer.Option("--json", help="Report as JSON, one object a line.")]
NewsletterOption = Annotated[
    str | None, typer.Option("--newsletter", "-n", help="Which newsletter; by default the first.")
]
DayOption = Annotated[str | None, typer.Option("--day", help="Which day, as 2026-04-14; by default today.")]

EXIT_FINDINGS = 3
EXIT_PARTLY = 4
EXIT_LATER = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Invocation:
    """The options that stood before the command."""

    config: Path | None = None
    verbose: int = 0

    def settings(self) -> Settings:
        """Read the settings; raises `SettingsError`."""
        from digest import config, log

        log.set_up_logging(verbose=self.verbose)
        named = self.config or (Path(os.environ["DIGEST_CONFIG"]) if "DIGEST_CONFIG" in os.environ else None)
        return config.load(named, os.environ)

    @contextmanager
    def newsroom(self) -> Iterator[Newsroom]:
        """Open the newsroom these settings describe, and close it."""
        from digest.newsroom import open_newsroom

        with open_newsroom(self.settings()) as newsroom:
            yield newsroom


def invocation_of(context: typer.Context) -> Invocation:
    """Return the options that stood before the command."""
    found = context.obj
    return found if isinstance(found, Invocation) else Invocation()


def choose_day(written: str | None, newsletter: Newsletter, newsroom: Newsroom) -> date:
    """Return the day that was asked for, or today in the newsletter's time zone."""
    if written is None or written == "today":
        return newsletter.today(newsroom.clock())
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise UsageError(f"{written!r} is no day; write it as 2026-04-14") from error


def print_json(value: dict[str, Any]) -> None:
    """Print one object on one line of standard output."""
    import json

    typer.echo(json.dumps(value, ensure_ascii=False))


def books_json(books: Books) -> dict[str, int]:
    """Return the books as they are reported: the audience, and the parts that add up to it."""
    return {
        "audience": books.audience,
        "accepted": books.accepted,
        "rejected": books.rejected,
        "deferred": books.deferred,
        "suppressed": books.suppressed,
        "expired": books.expired,
        "uncertain": books.uncertain,
        "to_do": books.to_do,
    }


def edition_json(filed: FiledEdition) -> dict[str, Any]:
    """Return an edition's name, state and contents as they are reported."""
    edition = filed.edition
    return {
        "newsletter": edition.newsletter,
        "day": edition.day.isoformat(),
        "state": edition.state.value,
        "reason": edition.reason or None,
        "subject": edition.subject,
        "lead": edition.lead.headline if edition.lead else None,
        "stories": len(edition.stories),
        "hash": filed.printed.hash if filed.printed else None,
    }


@contextmanager
def progress(what: str, total: int | None, *, quiet: bool = False) -> Iterator[Callable[[int], None]]:
    """Show a bar on standard error while a person watches, nothing otherwise; yields `set_done(n)`."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)
