"""The service: what `digest serve` does again and again."""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import datetime, timedelta

from digest.log import fields
from digest.model.edition import FiledEdition
from digest.newsroom.hubs import Hubs
from digest.newsroom.room import Newsroom

log = logging.getLogger(__name__)
FRESH = timedelta(minutes=5)
"""How old what was collected may be when an edition is made of it."""


class Service:
    """What `digest serve` repeats. It remembers when it last collected, and whether it was asked to stop."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._newsroom = newsroom
        self._hubs = Hubs(newsroom)
        self._collected: datetime | None = None
        self._trouble = ""
        self._lock = threading.Lock()
        self._stopped = False
        self._sending: tuple[asyncio.AbstractEventLoop, asyncio.Event] | None = None

    def stop(self) -> None:
        """Ask a running tick, from any thread, to finish its open messages and give the rest back."""
        with self._lock:
            self._stopped = True
            if self._sending is not None:
                loop, asked = self._sending
                loop.call_soon_threadsafe(asked.set)

    def tick(self) -> None:
        """Do what is due now: collect, bring out, send letters and editions. Safe at any time."""
        from digest.workflows.morning import is_missing, settle_due

        room = self._newsroom
        now = room.clock()
        due = any(is_missing(newsletter, room.storage, now) for newsletter in room.newsletters)
        every = FRESH if due else timedelta(minutes=room.settings.collect.every_minutes)
        if self._collected is None or not timedelta(0) <= now - self._collected < every:
            failed = self._collect()
            self._trouble = f"could not be read: {', '.join(failed)}" if failed else ""
            self._collected = now
        elif nudged := room.storage.sources.nudged():
            room.collect(only=nudged)
        for newsletter in room.newsletters:
            try:
                settle_due(newsletter, room.parts, trouble=self._trouble)
            except Exception:
                # One newsletter's bad morning must not keep the others, or the letters, from going out.
                log.exception("newsletter.failed %s", fields(newsletter=newsletter.name))
        if self._collected == now:
            self._ask_hubs()
        asyncio.run(self._send_open())

    def _collect(self) -> list[str]:
        """Collect, and return which sources could not be read."""
        try:
            return [result.source for result in self._newsroom.collect() if result.error]
        except Exception:
            # What was collected before is enough for an edition.
            log.exception("collect.failed")
            return [source.name for source in self._newsroom.settings.sources]

    def _ask_hubs(self) -> None:
        try:
            self._hubs.ask()
        except Exception:
            # Without its hub a source is read on schedule: nothing is lost.
            log.exception("hubs.failed")

    async def _send_open(self) -> None:
        room = self._newsroom
        asked = asyncio.Event()
        with self._lock:
            if self._stopped:
                return
            self._sending = (asyncio.get_running_loop(), asked)
        try:
            try:
                await room.notify()
            except Exception:
                log.exception("notices.failed")
            for filed in room.storage.editions.open_editions(now=room.clock()):
                if not filed.paused and not asked.is_set():
                    await self._send_one(filed, asked)
        finally:
            with self._lock:
                self._sending = None

    async def _send_one(self, filed: FiledEdition, asked: asyncio.Event) -> None:
        try:
            await self._newsroom.send(filed, stop=asked)
        except Exception:
            # It stays open, and the next tick tries again; other editions go out meanwhile.
            log.exception("edition.failed %s", fields(edition=filed.id))
