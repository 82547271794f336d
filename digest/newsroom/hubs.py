"""Hubs: ask them to tell us of news, and hear them (W3C WebSub). A call only makes us read the source."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from digest.errors import SourceError
from digest.log import fields, one_line
from digest.newsroom.choose import allowed_hosts, choose_fetcher

if TYPE_CHECKING:
    from digest.newsroom.room import Newsroom
    from digest.ports import Hub

log = logging.getLogger(__name__)
LEASE = timedelta(days=10)
RENEW_AFTER = timedelta(days=4)
"""Well before the lease ends, so that two failed renewals are no loss."""
TRY_AGAIN_AFTER = timedelta(hours=6)
_OURS = frozenset({"localhost", "127.0.0.1", "::1"})


class Hubs:
    """The hubs of a newsroom's sources. Addresses and secrets follow from the secret key: nothing is kept."""

    def __init__(self, newsroom: Newsroom) -> None:
        self._room = newsroom
        self._sources = {self._token(source.name): source for source in newsroom.settings.sources}

    def ask(self) -> None:
        """Ask every hub whose lease is due to tell us of news; one that refuses is asked again later."""
        room = self._room
        if not room.settings.collect.websub:
            return
        from digest.ingest.websub import ask_hub

        now = room.clock()
        for token, source in self._sources.items():
            found = room.storage.sources.hub_of(source.name)
            if found is None or not self._can_be_reached(source.allow_hosts):
                continue
            hub, asked = found
            if asked is not None and now - asked < RENEW_AFTER:
                continue
            try:
                ask_hub(
                    choose_fetcher(room.settings, allowed_hosts(source)),
                    hub,
                    callback=f"{room.settings.web.base_url}/websub/{token}",
                    secret=self._secret(source.name),
                    lease_seconds=int(LEASE.total_seconds()),
                )
            except SourceError as error:
                log.warning("hub.refused %s", fields(source=source.name, error=one_line(error)))
                room.storage.sources.note_hub_asked(source.name, now=now - RENEW_AFTER + TRY_AGAIN_AFTER)
                continue
            log.info("hub.asked %s", fields(source=source.name, hub=hub.url))
            room.storage.sources.note_hub_asked(source.name, now=now)

    def answer(self, token: str, query: Mapping[str, str]) -> str | None:
        """Return what a hub that verifies our request wants to hear; None for anything we did not ask."""
        from digest.ingest.websub import answer_hub

        hub = self._hub(token)
        return answer_hub(query, topic=hub.topic) if hub else None

    def hear(self, token: str, signature: str, body: bytes) -> bool:
        """Take a hub's call: the source is read at the next tick. False unless a hub we asked signed it."""
        from digest.ingest.websub import is_signed

        hub, source = self._hub(token), self._sources.get(token)
        if hub is None or source is None or not is_signed(body, signature, self._secret(source.name)):
            return False
        self._room.storage.sources.nudge(source.name, now=self._room.clock())
        return True

    def knows(self, token: str) -> bool:
        """Say whether a token is one of ours; asks no database."""
        return token in self._sources

    def _hub(self, token: str) -> Hub | None:
        source = self._sources.get(token)
        found = self._room.storage.sources.hub_of(source.name) if source else None
        return found[0] if found else None

    def _can_be_reached(self, allow_hosts: tuple[str, ...]) -> bool:
        """Say whether a hub out there, or one on the paper's own network, could call us."""
        return bool(allow_hosts) or (urlsplit(self._room.settings.web.base_url).hostname or "") not in _OURS

    def _token(self, source: str) -> str:
        return self._room.signer.derive("websub-callback", source)

    def _secret(self, source: str) -> str:
        return self._room.signer.derive("websub-secret", source)
