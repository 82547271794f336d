"""`digest send`, `run`, `status`, `deliveries`, `pause`, `resume`, `bounces`: from edition to inboxes."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from digest.cli.invocation import (
    EXIT_LATER,
    EXIT_PARTLY,
    DayOption,
    JsonOption,
    NewsletterOption,
    books_json,
    choose_day,
    invocation_of,
    print_json,
    progress,
)
from digest.errors import UsageError
from digest.log import one_line

if TYPE_CHECKING:
    from datetime import datetime

    from digest.model.delivery import Books
    from digest.model.edition import FiledEdition
    from digest.newsroom import Newsroom
    from digest.workflows.send import Sending


def register(app: typer.Typer) -> None:
    """Add this module's commands."""
    app.command()(run)
    app.command()(send)
    app.command()(status)
    app.command()(deliveries)
    app.command()(pause)
    app.command()(resume)
    app.command()(bounces)


def run(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Do one morning now, from collecting to sending.

    Safe to run twice: what an earlier run did is not done again. Exit codes as for `digest send`.

    Example: digest run
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        when = choose_day(day, chosen, newsroom)
        begun = newsroom.clock()
        results = newsroom.collect()
        for result in results:
            for line in (result.error, *(f"note: {trouble}" for trouble in result.troubles)):
                if line:
                    typer.echo(f"digest: {result.source}: {line}", err=True)
        failed = [result for result in results if result.error]
        trouble = f"could not be read: {', '.join(result.source for result in failed)}" if failed else ""
        filed = newsroom.bring_out(chosen, when, trouble=trouble)
        _tell_changes(newsroom, begun)
        asyncio.run(newsroom.notify())
        _send_and_report(newsroom, filed, json_=json_)


def _tell_changes(newsroom: Newsroom, begun: datetime) -> None:
    """Tell what the newsroom did to articles that were known before, such as a correction."""
    for change in newsroom.storage.articles.changes_since(begun):
        filed = newsroom.storage.articles.get(change.article_id)
        headline = filed.article.headline if filed else f"article {change.article_id}"
        became = f" ({change.after})" if change.after else ""
        typer.echo(f"digest: {change.kind.value}: {one_line(headline + became)}", err=True)


def send(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    json_: JsonOption = False,
) -> None:
    """Send the day's published edition.

    Goes to every confirmed reader who has not had it. Resumes where an earlier run stopped; nobody is
    mailed twice. Ctrl-C or SIGTERM finish the open messages and give the rest back. Exit code 4 if some
    readers must be tried again later, 75 if sending rests and needs you.

    Example: digest send --json
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        when = choose_day(day, chosen, newsroom)
        filed = newsroom.storage.editions.get(chosen.name, when)
        if filed is None:
            raise UsageError(f"there is no edition of {chosen.name} for {when}; run `digest build` first")
        _send_and_report(newsroom, filed, json_=json_)


def _send_and_report(newsroom: Newsroom, filed: FiledEdition, *, json_: bool) -> None:
    edition = filed.edition
    if edition.state.value in {"draft", "approved"}:
        if json_:
            _status_json(newsroom, filed)
        else:
            typer.echo(f"{edition.newsletter} {edition.day} is only {edition.state.value}; not sent")
            if not edition.stories:
                typer.echo(f"  {edition.reason}; when the sources can be read again: digest run")
            elif edition.state.value == "draft":
                typer.echo("  when an editor has seen it: digest approve, digest run")
        raise typer.Exit(EXIT_LATER)
    if edition.state.value == "skipped":
        if json_:
            _status_json(newsroom, filed)
        else:
            typer.echo(f"{edition.newsletter} {edition.day} was skipped: {edition.reason}")
            typer.echo("  what comes later today is in the next edition")
        return
    total = newsroom.snapshot(filed)
    with progress("send", total, quiet=json_) as advance:
        sending = newsroom.send_now(filed, report=lambda books: advance(books.audience - books.to_do))
    if json_:
        _status_json(newsroom, filed)
    else:
        typer.echo(f"{edition.newsletter} {edition.day}: {sending.outcome}")
        print_books(sending.books)
        if sending.reason:
            typer.echo(f"  {sending.reason}")
        if not sending.books.audience:
            typer.echo("  nobody was confirmed when it was published; see `digest subscribers --help`")
    _exit_for(sending)


def _exit_for(sending: Sending) -> None:
    if sending.outcome in {"paused", "stopped"}:
        raise typer.Exit(EXIT_LATER)
    if sending.outcome == "deferred":
        raise typer.Exit(EXIT_PARTLY)


def print_books(books: Books) -> None:
    """Print the books, one state a line, those that hold nobody left out."""
    for name, count in books_json(books).items():
        if count or name == "audience":
            typer.echo(f"  {name.replace('_', ' '):11}{count:>8,}")
    if books.bounced:
        typer.echo(f"  of the accepted, {books.bounced:,} came back")
    typer.echo(f"  the books {'balance' if books.balance else 'DO NOT BALANCE: run `digest doctor`'}")


def status(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: Annotated[str | None, typer.Option(help="Which day; by default the newest edition's.")] = None,
    json_: JsonOption = False,
) -> None:
    """Show where an edition stands, and its books.

    Without --day, the newest one.

    Example: digest status --json
    """
    with invocation_of(context).newsroom() as newsroom:
        chosen = newsroom.newsletter(newsletter)
        editions = newsroom.storage.editions
        filed = (
            editions.latest(chosen.name)
            if day is None
            else editions.get(chosen.name, choose_day(day, chosen, newsroom))
        )
        if filed is None:
            when = choose_day(day, chosen, newsroom)
            raise UsageError(f"there is no edition of {chosen.name} for {when} yet; run `digest build`")
        if json_:
            _status_json(newsroom, filed)
            return
        edition = filed.edition
        typer.echo(f"{edition.newsletter} {edition.day}: {edition.state.value}")
        if edition.reason:
            typer.echo(f"  {edition.reason}")
        if filed.paused:
            typer.echo(f"  sending rests: {filed.paused}\n  when that is mended: digest resume")
        if filed.printed:
            print_books(newsroom.storage.outbox.books(filed.id))


def _status_json(newsroom: Newsroom, filed: FiledEdition) -> None:
    books = newsroom.storage.outbox.books(filed.id)
    current = newsroom.storage.editions.by_id(filed.id) or filed
    print_json(
        {
            "newsletter": filed.edition.newsletter,
            "day": filed.edition.day.isoformat(),
            "state": filed.edition.state.value,
            "reason": filed.edition.reason or None,
            "paused": current.paused or None,
            "books": books_json(books),
            "bounced": books.bounced,
            "balance": books.balance,
        }
    )


def deliveries(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    state: Annotated[
        list[str] | None, typer.Option(help="Only these states, such as uncertain; repeat for more.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 1000,
    json_: JsonOption = False,
) -> None:
    """List deliveries, with each one's state and reason.

    Example: digest deliveries --state uncertain --state rejected
    """
    from digest.model.delivery import DeliveryState

    try:
        states = tuple(DeliveryState(written) for written in state or ())
    except ValueError as error:
        known = ", ".join(member.value for member in DeliveryState)
        raise UsageError(f"{error}; the states are {known}") from error
    with invocation_of(context).newsroom() as newsroom:
        filed = _published(newsroom, newsletter, day)
        for delivery in newsroom.storage.outbox.listing(filed.id, states=states, limit=limit):
            if json_:
                print_json(
                    {
                        "id": delivery.id,
                        "address": delivery.address,
                        "state": delivery.state.value,
                        "attempts": delivery.attempts,
                        "next_at": delivery.next_at.isoformat() if delivery.next_at else None,
                        "code": delivery.code,
                        "detail": delivery.detail or None,
                    }
                )
            else:
                reason = f"{delivery.code or ''} {delivery.detail}".strip()
                typer.echo(one_line(f"{delivery.state.value:11} {delivery.address}  {reason}".rstrip()))


def pause(
    context: typer.Context,
    newsletter: NewsletterOption = None,
    day: DayOption = None,
    why: Annotated[str, typer.Option(help="The reason, for whoever looks next.")] = "paused by hand",
) -> None:
    """Rest the sending of an edition.

    A running `digest send` stops before its next message.

    Example: digest pause --why "wrong lead"
    """
    with invocation_of(context).newsroom() as newsroom:
        filed = _published(newsroom, newsletter, day)
        newsroom.storage.editions.pause(filed.id, why or "paused by hand")
        typer.echo(f"{filed.edition.newsletter} {filed.edition.day} rests; go on with: digest resume")


def resume(context: typer.Context, newsletter: NewsletterOption = None, day: DayOption = None) -> None:
    """Let a resting edition be sent again.

    The next `digest send`, or the service, goes on with it.

    Example: digest resume
    """
    with invocation_of(context).newsroom() as newsroom:
        filed = _published(newsroom, newsletter, day)
        newsroom.storage.editions.pause(filed.id, "")
        typer.echo(f"{filed.edition.newsletter} {filed.edition.day} may be sent; now run: digest send")


def _published(newsroom: Newsroom, newsletter: str | None, day: str | None) -> FiledEdition:
    chosen = newsroom.newsletter(newsletter)
    editions = newsroom.storage.editions
    filed = (
        editions.latest(chosen.name, published_only=True)
        if day is None
        else editions.get(chosen.name, choose_day(day, chosen, newsroom))
    )
    if filed is None or filed.printed is None:
        raise UsageError(f"no edition of {chosen.name} has been published for {day or 'any day'} yet")
    return filed


def bounces(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Letters that came back; standard input without any.")
    ] = None,
    json_: JsonOption = False,
) -> None:
    """Read letters that came back, and act on them.

    Addresses that are gone get a veto, and who wrote to their own address for leaving is
    unsubscribed. Only a report sent to a return path of ours changes anything. Let the mail server
    pipe the mail of the bounce domain into it.

    Example: digest bounces returned/*.eml
    """
    with invocation_of(context).newsroom() as newsroom:
        letters = [path.read_bytes() for path in files] if files else [sys.stdin.buffer.read()]
        for raw in letters:
            left = newsroom.leave_by_letter(raw)
            if left is not None:
                if json_:
                    print_json({"kind": "unsubscribe", "newsletter": left.newsletter, "subscriber": left.id})
                else:
                    typer.echo(f"unsubscribe by letter: reader {left.id} of {left.newsletter}")
                continue
            for feedback in newsroom.feed_back(raw):
                proven = feedback.delivery_id is not None
                if json_:
                    print_json(
                        {
                            "kind": feedback.kind.value,
                            "status": feedback.bounce.status or None,
                            "delivery": feedback.delivery_id,
                            "suppressed": feedback.suppressed,
                        }
                    )
                else:
                    about = f"delivery {feedback.delivery_id}" if proven else "not about us; ignored"
                    typer.echo(f"{feedback.kind.value} ({feedback.bounce.status or 'no code'}): {about}")
