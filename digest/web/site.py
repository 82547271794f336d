"""What every page of the site shares: its newsletters, its storage and who printed it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from digest.config import PaperSettings
from digest.model.edition import FiledEdition
from digest.model.newsletter import Newsletter
from digest.ports import Clock, Storage
from digest.tokens import Signer
from digest.web.caps import Recent
from digest.web.printer import Printer
from digest.workflows.subscribe import LETTER_PAUSE

log = logging.getLogger(__name__)


class LetterRounds:
    """Send waiting letters beside the pages, one round after the other.

    In a thread of its own: printing a letter is work, and a page that is slower after a request than
    after another would tell whether there was a letter to print.
    """

    def __init__(self, send_notices: Callable[[], Awaitable[None]]) -> None:
        self._send_notices = send_notices
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="letters")
        self._lock = threading.Lock()
        self._next: Future[None] | None = None

    async def ask(self) -> None:
        """Have a round begin after this moment, and wait until it is over."""
        with self._lock:
            if self._next is None:
                self._next = self._thread.submit(self._round)
            coming = self._next
        # Many wait for one round: who gives up does not take it from the others.
        await asyncio.shield(asyncio.wrap_future(coming))

    def close(self) -> None:
        """Wait for the last round."""
        self._thread.shutdown()

    def _round(self) -> None:
        with self._lock:
            self._next = None
        try:
            asyncio.run(self._go())
        except Exception:
            # The answer is out and the letter waits in the store: the next round sends it.
            log.exception("notices.failed")

    async def _go(self) -> None:
        await self._send_notices()


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The parts of the public pages, as `build_app` was given them."""

    paper: PaperSettings
    newsletters: tuple[Newsletter, ...]
    storage: Storage
    signer: Signer
    clock: Clock
    base_url: str
    media_folder: Path
    archive_html: Callable[[FiledEdition], str]
    letters: LetterRounds | None
    printer: Printer
    one_request: Any = field(default_factory=threading.Lock)
    """Held while one request for a subscription is taken, so that two cannot both queue a letter."""
    written_to: Recent = field(default_factory=lambda: Recent(LETTER_PAUSE))
    """The mailboxes that a letter was queued for, by keyed hash. Used while `one_request` is held."""

    @property
    def root(self) -> str:
        """The path under which readers find the pages: empty, or such as `/newsletters`."""
        return urlsplit(self.base_url).path.rstrip("/")

    def newsletter(self, name: str) -> Newsletter:
        """Return a newsletter by name; raises a 404 for any other."""
        for newsletter in self.newsletters:
            if newsletter.name == name:
                return newsletter
        raise HTTPException(404)

    def latest(self) -> FiledEdition | None:
        """Return the newest published edition of all newsletters."""
        found = [self.storage.editions.latest(one.name, published_only=True) for one in self.newsletters]
        published = [filed for filed in found if filed is not None]
        return max(published, key=lambda filed: (filed.edition.day, filed.id), default=None)

    def next_due(self, newsletter: Newsletter) -> datetime:
        """Return the local time at which the next edition is due."""
        now = self.clock()
        today = newsletter.today(now)
        days = (today + timedelta(days=ahead) for ahead in range(9))
        dues = (newsletter.due(day) for day in days if newsletter.is_due_on(day))
        return next(due for due in dues if due > now).astimezone(newsletter.zone)

    def address(self, page: str) -> str:
        """Return the public address of a page, without any token, for the record of a consent."""
        return f"{self.base_url}/{page}"

    def letters_after(self) -> BackgroundTask | None:
        """Return what sends waiting letters once the answer is out."""
        return BackgroundTask(self.letters.ask) if self.letters else None
