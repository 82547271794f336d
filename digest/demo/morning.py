"""Play the morning: collect, build, publish, send, and look at what arrived; then the morning after."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from digest import config
from digest.demo.inbox import lay_out_inbox
from digest.demo.stage import open_site, write_settings
from digest.errors import DigestError
from digest.model.delivery import Books
from digest.model.subscriber import SuppressionReason
from digest.newsroom import Newsroom, open_newsroom
from digest.resources import find_shipped
from digest.testing.smtp import RecordingServer

MORNING = datetime(2026, 4, 14, 10, 30, tzinfo=UTC)
"""Half past six in New York, on the day in the life of the invented paper."""
DAY = date(2026, 4, 14)
CONSENT = "the demo's invented readers agreed to everything"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the demo made: the printed edition, the inbox and its page, and the books."""

    html: Path
    text: Path
    inbox: Path
    inbox_page: Path
    books: Books
    next_day: date
    next_state: str
    next_reason: str


@dataclass(slots=True)
class DemoClock:
    """A clock that stands still in the morning the demo plays in."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        """Return the time it shows."""
        return self.now


def play(
    folder: Path,
    *,
    say: Callable[[str], None],
    progress: Callable[[Books], None] = lambda _: None,
) -> Shown:
    """Play both mornings in a folder; a second time in the same folder, nobody gets a second copy.

    Talks to this machine only: the paper's site and the mail server are started here, on loopback.
    """
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    clock = DemoClock()
    with open_site() as site_port, RecordingServer(folder=inbox, name_by="recipient") as server:
        path = write_settings(folder, site_port=site_port, smtp_port=server.port)
        with open_newsroom(config.load(path, {}), clock=clock) as newsroom:
            _gather_readers(newsroom, say)
            _collect(newsroom, say)
            books = _bring_out(newsroom, say, progress)
            clock.now = MORNING.replace(day=MORNING.day + 1)
            after = newsroom.bring_out(newsroom.newsletter(), DAY.replace(day=DAY.day + 1))
            say(f"next morning  {after.edition.state.value}: {after.edition.reason}")
            html, text, page = lay_out_inbox(newsroom, DAY, folder=folder, inbox=inbox)
    return Shown(
        html=html,
        text=text,
        inbox=inbox,
        inbox_page=page,
        books=books,
        next_day=after.edition.day,
        next_state=after.edition.state.value,
        next_reason=after.edition.reason,
    )


def _gather_readers(newsroom: Newsroom, say: Callable[[str], None]) -> None:
    with (find_shipped("seeds") / "subscribers.csv").open(encoding="utf-8", newline="") as lines:
        rows: list[Mapping[str | None, str | None]] = list(csv.DictReader(lines))
    newsletter = newsroom.newsletter()
    report = newsroom.import_readers(newsletter, rows, consent=CONSENT)
    vetoed = 0
    for row in rows:
        veto, _, why = (row["note"] or "").partition(":")
        if veto == "veto":
            vetoed += 1
            newsroom.storage.subscribers.suppress(
                row["address"] or "", SuppressionReason(why.strip()), now=newsroom.clock(), note="demo"
            )
    counts = newsroom.storage.subscribers.counts(newsletter.name)
    stand = ", ".join(f"{count} {status.value}" for status, count in counts.items())
    say(f"subscribers   {report.added} imported, {report.known} known: {stand}; {vetoed} with a veto")


def _collect(newsroom: Newsroom, say: Callable[[str], None]) -> None:
    for result in newsroom.collect():
        if result.error:
            raise DigestError(f"the demo's own source {result.source} failed: {result.error}")
        found = "not modified" if result.unchanged else f"{result.new} new, {result.changed} changed"
        say(f"collect       {result.source}: {found}")
        for trouble in result.troubles:
            say(f"                note: {trouble}")


def _bring_out(newsroom: Newsroom, say: Callable[[str], None], progress: Callable[[Books], None]) -> Books:
    filed = newsroom.bring_out(newsroom.newsletter(), DAY)
    edition = filed.edition
    if filed.printed is None:
        raise DigestError(f"the demo's edition is {edition.state.value}: {edition.reason}")
    size = len(filed.printed.html.encode())
    counts = f"{len(edition.briefs)} stories, {len(edition.headlines)} more by headline"
    say(f"edition       “{edition.subject}”: {counts}")
    say(f"publish       printed once, {size / 1000:.0f} kB, frozen as {filed.printed.hash[:12]}")
    newsroom.snapshot(filed)
    sending = newsroom.send_now(filed, report=progress)
    if sending.outcome != "done":
        raise DigestError(f"the demo's sending is {sending.outcome}: {sending.reason}")
    say(f"send          {sending.books.accepted} of {sending.books.audience} accepted over SMTP")
    return sending.books
