"""Editions in memory."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

from digest.errors import IllegalMove
from digest.model.delivery import OPEN_STATES
from digest.model.edition import (
    EDITION_MOVES,
    Edition,
    EditionState,
    FiledEdition,
    PrintedEdition,
    check_edition_move,
)
from digest.testing.memory.shelves import Store, locked


class MemoryEditions(Store):
    """An `EditionStore` in memory."""

    @locked
    def get(self, newsletter: str, day: date) -> FiledEdition | None:
        """Return a newsletter's edition of a day."""
        return next((filed for filed in self._of(newsletter) if filed.edition.day == day), None)

    @locked
    def by_id(self, edition_id: int) -> FiledEdition | None:
        """Return an edition by its id."""
        return self._shelves.editions.get(edition_id)

    @locked
    def save(self, edition: Edition) -> FiledEdition:
        """Insert or replace the day's edition; raises `IllegalMove` once it is published or skipped."""
        if edition.state is EditionState.PUBLISHED:
            raise IllegalMove("an edition becomes published by publishing it, with its printed form")
        return self._write(edition)

    @locked
    def publish(
        self, edition: Edition, printed: PrintedEdition, *, now: datetime, expires_at: datetime
    ) -> FiledEdition:
        """Freeze content, hash and state; raises `IllegalMove` if already frozen."""
        published = dataclasses.replace(edition, state=EditionState.PUBLISHED)
        return self._write(published, printed=printed, published_at=now, expires_at=expires_at)

    @locked
    def high_water(self, newsletter: str, *, before: date) -> datetime | None:
        """Return the newest high-water mark of the published editions before a day."""
        published = [filed.edition for filed in self._of(newsletter) if filed.printed]
        return max((e.high_water for e in published if e.high_water and e.day < before), default=None)

    @locked
    def latest(self, newsletter: str, *, published_only: bool = False) -> FiledEdition | None:
        """Return the edition of the newest day."""
        return next((filed for filed in self._of(newsletter) if filed.printed or not published_only), None)

    @locked
    def recent(self, newsletter: str, *, limit: int) -> tuple[FiledEdition, ...]:
        """Return published editions, the newest first."""
        return tuple(filed for filed in self._of(newsletter) if filed.printed)[:limit]

    @locked
    def open_editions(self, *, now: datetime) -> tuple[FiledEdition, ...]:  # noqa: ARG002 - the port's
        """Return published editions that still have deliveries to do, oldest first."""
        waiting = {
            row.delivery.edition_id
            for row in self._shelves.deliveries.values()
            if row.delivery.state in OPEN_STATES
        }
        published = [filed for filed in self._shelves.editions.values() if filed.printed]
        unfinished = [filed for filed in published if not filed.snapshot_done or filed.id in waiting]
        return tuple(sorted(unfinished, key=lambda filed: (filed.edition.day, filed.id)))

    @locked
    def pause(self, edition_id: int, why: str) -> None:
        """Rest (or, with an empty reason, resume) the sending of an edition."""
        if filed := self._shelves.editions.get(edition_id):
            self._shelves.editions[edition_id] = dataclasses.replace(filed, paused=why)

    def _of(self, newsletter: str) -> list[FiledEdition]:
        ours = [filed for filed in self._shelves.editions.values() if filed.edition.newsletter == newsletter]
        return sorted(ours, key=lambda filed: filed.edition.day, reverse=True)

    def _write(self, edition: Edition, **frozen: Any) -> FiledEdition:
        there = self.get(edition.newsletter, edition.day)
        if there is None:
            filed = FiledEdition(id=len(self._shelves.editions) + 1, edition=edition, **frozen)
        elif there.edition == edition and EDITION_MOVES[edition.state]:
            return there
        else:
            check_edition_move(there.edition.state, edition.state)
            filed = dataclasses.replace(there, edition=edition, **frozen)
        self._shelves.editions[filed.id] = filed
        return filed
