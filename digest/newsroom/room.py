"""The newsroom itself: parts joined, and one method for each workflow with its parts filled in.

A little over 400 lines, because each workflow has its short method here and nowhere else.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from digest.config import Settings, read_secret
from digest.errors import SettingsError, UsageError
from digest.model.newsletter import Newsletter
from digest.newsroom.choose import (
    choose_newsletter,
    choose_pace,
    choose_signer,
    choose_source,
    choose_summariser,
)
from digest.tokens import Signer

if TYPE_CHECKING:
    from digest.model.article import Article
    from digest.model.delivery import Books
    from digest.model.edition import Edition, FiledEdition, Summary
    from digest.model.finding import Finding
    from digest.model.subscriber import Subscriber
    from digest.ports import (
        Addresser,
        Checker,
        Clock,
        MediaStore,
        Press,
        Prove,
        Source,
        Storage,
        Summariser,
        Transport,
    )
    from digest.workflows.collect import Collected
    from digest.workflows.feedback import Feedback
    from digest.workflows.import_readers import ImportReport
    from digest.workflows.morning import Parts
    from digest.workflows.preview import Preview
    from digest.workflows.send import Sending


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Newsroom:
    """Everything the settings describe, joined. `clock` and `storage` are shared by all workflows."""

    settings: Settings
    newsletters: tuple[Newsletter, ...]
    storage: Storage
    signer: Signer
    clock: Clock

    # ── parts ───────────────────────────────────────────────────────────────────────────────────────

    @property
    def data_dir(self) -> Path:
        """The folder of the database, the pictures and the lock files."""
        return self.settings.path(self.settings.storage.data_dir)

    @property
    def media_folder(self) -> Path:
        """The folder of the pictures that the public pages serve."""
        return self.data_dir / "media"

    @property
    def template_folder(self) -> Path | None:
        """The paper's own templates."""
        folder = self.settings.templates.folder
        return self.settings.path(folder) if folder else None

    @cached_property
    def sources(self) -> tuple[Source, ...]:
        """The sources, in the order of the settings."""
        pace = choose_pace(self.settings)
        return tuple(
            choose_source(source, self.settings, clock=self.clock, pace=pace)
            for source in self.settings.sources
        )

    @cached_property
    def media(self) -> MediaStore:
        """The paper's pictures."""
        from digest.ingest.media import FolderMedia

        return FolderMedia(self.media_folder, self.settings.web.base_url)

    @cached_property
    def summariser(self) -> Summariser:
        """What shortens articles."""
        return choose_summariser()

    @property
    def prove(self) -> Prove:
        """What proves summaries."""
        from digest.summarise.proof import find_faults

        return find_faults

    @cached_property
    def press(self) -> Press:
        """What prints editions."""
        from digest.render.press import EditionPress

        return EditionPress(
            paper=self.settings.paper,
            mail=self.settings.mail,
            base_url=self.settings.web.base_url,
            titles=self._titles,
            folder=self.template_folder,
        )

    @cached_property
    def checker(self) -> Checker:
        """What says what is wrong with a printed edition."""
        from digest.checks.checker import EditionChecker

        return EditionChecker()

    @property
    def _titles(self) -> dict[str, str]:
        return {newsletter.name: newsletter.title for newsletter in self.newsletters}

    def addresser(self, filed: FiledEdition) -> Addresser:
        """Return what fills the marks of a published edition."""
        from digest.render.address import MessageAddresser

        if filed.printed is None or filed.published_at is None:
            raise UsageError(f"{filed.edition.newsletter} {filed.edition.day} is not published")
        return MessageAddresser(
            filed.printed,
            published_at=filed.published_at,
            signer=self.signer,
            paper=self.settings.paper,
            mail=self.settings.mail,
            base_url=self.settings.web.base_url,
            title=self._titles.get(filed.edition.newsletter, ""),
        )

    @cached_property
    def transport(self) -> Transport:
        """The mail server."""
        from digest.deliver.smtp import SmtpTransport

        mail = self.settings.mail
        if mail.ca_file is not None:
            mail = mail.model_copy(update={"ca_file": self.settings.path(mail.ca_file)})
        return SmtpTransport(mail, password=read_secret(mail.password, mail.password_file, self.settings))

    @cached_property
    def parts(self) -> Parts:
        """What a morning needs of all these."""
        from digest.workflows.morning import Parts

        return Parts(
            storage=self.storage,
            summariser=self.summariser,
            press=self.press,
            checker=self.checker,
            prove=self.prove,
            clock=self.clock,
            media=self.media,
            sources=self.sources,
        )

    # ── the desk's walk ─────────────────────────────────────────────────────────────────────────────

    def newsletter(self, name: str | None = None) -> Newsletter:
        """Return a newsletter by name, or the first; raises `UsageError`."""
        for newsletter in self.newsletters:
            if name is None or newsletter.name == name:
                return newsletter
        known = ", ".join(newsletter.name for newsletter in self.newsletters)
        raise UsageError(f"there is no newsletter {name!r}; digest.toml has {known}")

    def collect(
        self,
        *,
        only: Collection[str] | None = None,
        report: Callable[[Collected], None] = lambda _: None,
    ) -> tuple[Collected, ...]:
        """Read every source, or those of these names, and file what is new."""
        from digest.workflows.collect import collect

        chosen = [source for source in self.sources if only is None or source.name in only]
        return collect(chosen, storage=self.storage, media=self.media, clock=self.clock, report=report)

    def edit(self, newsletter: Newsletter, day: date, *, report: Callable[[int], None]) -> FiledEdition:
        """Make and keep the day's draft; `report` gets the number of articles summarised so far."""
        from digest.workflows.edit import edit

        summariser = _Counting(self.summariser, report)
        return edit(newsletter, day, storage=self.storage, summariser=summariser, now=self.clock())

    def edition(self, newsletter: Newsletter, day: date) -> Edition:
        """Return the day's edition as it is kept, or else as a draft would be; changes nothing."""
        from digest.workflows.edit import draft

        filed = self.storage.editions.get(newsletter.name, day)
        if filed is not None:
            return filed.edition
        return draft(newsletter, day, storage=self.storage, summariser=self.summariser, now=self.clock())

    def preview(self, newsletter: Newsletter, day: date) -> Preview:
        """Print and check the day's edition as it would be now; changes nothing."""
        from digest.workflows.preview import preview

        return preview(
            newsletter,
            day,
            storage=self.storage,
            summariser=self.summariser,
            press=self.press,
            checker=self.checker,
            prove=self.prove,
            now=self.clock(),
            sources=[source.name for source in self.settings.sources],
        )

    def approve(self, newsletter: Newsletter, day: date) -> FiledEdition:
        """Approve the day's draft."""
        from digest.workflows.edit import approve

        return approve(newsletter, day, storage=self.storage)

    def publish(self, newsletter: Newsletter, day: date, *, override: Collection[str] = ()) -> FiledEdition:
        """Look at the day's stories once more where they were published; print, check and freeze it."""
        from digest.workflows.morning import publish_fresh

        return publish_fresh(newsletter, day, self.parts, override=override)

    def bring_out(self, newsletter: Newsletter, day: date, *, trouble: str = "") -> FiledEdition:
        """Take the day's edition as far as it can go: published, skipped, or a draft that waits."""
        from digest.workflows.morning import bring_out

        return bring_out(newsletter, day, self.parts, trouble=trouble)

    def examine(self, *, offline: bool) -> tuple[Finding, ...]:
        """Say what must be mended before this newsroom can send."""
        from digest.workflows.examine import examine

        return examine(
            self.settings,
            self.newsletters,
            storage=self.storage,
            press=self.press,
            transport=None if offline else self.transport,
            now=self.clock(),
        )

    def archive_html(self, filed: FiledEdition) -> str:
        """Return a published edition as a public page: without any reader's token."""
        from digest.render.archive import print_archive

        if filed.printed is None:
            raise UsageError(f"{filed.edition.newsletter} {filed.edition.day} is not published")
        return print_archive(
            filed.printed, base_url=self.settings.web.base_url, site_name=self.settings.paper.name
        )

    # ── sending ─────────────────────────────────────────────────────────────────────────────────────

    def snapshot(self, filed: FiledEdition) -> int:
        """Take the audience's snapshot, if that is not done yet; return its size."""
        return self.storage.outbox.fill(filed.id, now=self.clock())

    async def send(
        self, filed: FiledEdition, *, stop: asyncio.Event, report: Callable[[Books], None] = lambda _: None
    ) -> Sending:
        """Send a published edition to everybody who has not had it."""
        from digest.workflows.send import send

        return await send(
            filed,
            outbox=self.storage.outbox,
            editions=self.storage.editions,
            transport=self.transport,
            addresser=self.addresser(filed),
            clock=self.clock,
            owner=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
            connections=self.settings.mail.connections,
            max_failures=self.settings.mail.max_failures,
            stop=stop,
            report=report,
        )

    def send_now(self, filed: FiledEdition, *, report: Callable[[Books], None] = lambda _: None) -> Sending:
        """Send from a command: SIGTERM and SIGINT let open messages finish and give the rest back."""

        async def until_signalled() -> Sending:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop.set)
            return await self.send(filed, stop=stop, report=report)

        return asyncio.run(until_signalled())

    async def notify(self) -> None:
        """Send the letters that wait."""
        from digest.render.notices import NoticePress
        from digest.workflows.notify import notify

        press = NoticePress(
            paper=self.settings.paper,
            mail=self.settings.mail,
            base_url=self.settings.web.base_url,
            signer=self.signer,
            titles=self._titles,
            folder=self.template_folder,
        )
        await notify(
            storage=self.storage, transport=self.transport, print_notice=press.print_notice, clock=self.clock
        )

    # ── readers ─────────────────────────────────────────────────────────────────────────────────────

    def feed_back(self, raw: bytes) -> tuple[Feedback, ...]:
        """Act on a letter that came back."""
        from digest.workflows.feedback import feed_back

        return feed_back(raw, storage=self.storage, signer=self.signer, now=self.clock())

    def leave_by_letter(self, raw: bytes) -> Subscriber | None:
        """Unsubscribe who wrote to their own `List-Unsubscribe` address."""
        from digest.workflows.feedback import leave_by_letter

        return leave_by_letter(raw, storage=self.storage, signer=self.signer, now=self.clock())

    def import_readers(
        self,
        newsletter: Newsletter,
        rows: Iterable[Mapping[str | None, str | None]],
        *,
        consent: str = "",
        dry_run: bool = False,
        report: Callable[[int], None] = lambda _: None,
    ) -> ImportReport:
        """Add the readers of a table."""
        from digest.workflows.import_readers import import_readers

        return import_readers(
            newsletter,
            rows,
            storage=self.storage,
            now=self.clock(),
            consent=consent,
            dry_run=dry_run,
            report=report,
        )

    def add_reader(self, newsletter: Newsletter, address: str, *, name: str, consent: str) -> Subscriber:
        """Add one reader: confirmed with a stated consent, else pending with a letter on its way."""
        from digest.workflows.readers import add_reader

        return add_reader(
            newsletter, address, storage=self.storage, now=self.clock(), name=name, consent=consent
        )

    def unsubscribe(self, newsletter: Newsletter, address: str) -> Subscriber:
        """Unsubscribe a reader by address; raises `UsageError` if nobody has it."""
        from digest.workflows.readers import unsubscribe_address

        return unsubscribe_address(newsletter, address, storage=self.storage, now=self.clock())

    def veto(self, address: str, *, note: str) -> bool:
        """Never mail an address again; False if there was a veto already."""
        from digest.workflows.readers import veto

        return veto(address, storage=self.storage, now=self.clock(), note=note)

    def look_up(self, address: str) -> dict[str, Any]:
        """Return what is known of an address; raises `UsageError` if nothing is."""
        from digest.workflows.readers import look_up

        return look_up(address, newsletters=self.newsletters, storage=self.storage)


@contextmanager
def open_newsroom(settings: Settings, *, clock: Clock = utc_now) -> Iterator[Newsroom]:
    """Open the newsroom that the settings describe, and close it.

    Raises `SettingsError` for a setting that cannot work, `StorageError` for a database that cannot.
    """
    from digest.storage.database import open_storage

    signer = choose_signer(settings)
    folder = settings.templates.folder
    if folder is not None and not settings.path(folder).is_dir():
        raise SettingsError(
            f"templates.folder: {settings.path(folder)} is no folder; see `digest init --templates`"
        )
    data_dir = settings.path(settings.storage.data_dir)
    data_dir.mkdir(parents=True, exist_ok=True)
    url = settings.storage.url or f"sqlite:///{(data_dir / 'digest.db').resolve()}"
    storage = open_storage(url, address_key=signer.address_key, signs_folder=data_dir / "senders")
    try:
        yield Newsroom(
            settings=settings,
            newsletters=tuple(choose_newsletter(chosen, settings) for chosen in settings.newsletters),
            storage=storage,
            signer=signer,
            clock=clock,
        )
    finally:
        storage.close()


class _Counting:
    """A summariser that says how many articles it has done."""

    def __init__(self, inner: Summariser, report: Callable[[int], None]) -> None:
        self._inner = inner
        self._report = report
        self._done = 0

    def summarise(self, article: Article, *, sentences: int, words: int = 0) -> Summary:
        """Summarise and count."""
        self._done += 1
        self._report(self._done)
        return self._inner.summarise(article, sentences=sentences, words=words)
