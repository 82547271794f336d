"""What every page of the site shares: its newsletters, its storage and who printed it."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
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
from digest.web.printer import Printer

log = logging.getLogger(__name__)


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
    send_notices: Callable[[], Awaitable[None]] | None
    printer: Printer
    one_request: Any = field(default_factory=threading.Lock)
    """Held while one request for a subscription is taken, so that two cannot both queue a letter."""
    one_round: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while letters go out, so that no letter goes out twice."""

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
        return BackgroundTask(self._send_letters, self.send_notices) if self.send_notices else None

    async def _send_letters(self, send_notices: Callable[[], Awaitable[None]]) -> None:
        try:
            async with self.one_round:
                await send_notices()
        except Exception:
            # The answer is out and the letter waits in the store: the next round sends it.
            log.exception("notices.failed")
