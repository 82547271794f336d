"""Editions: one row per newsletter and day, frozen once published or skipped."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, or_, select, update

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
from digest.storage import documents
from digest.storage.connection import Database, insert_new
from digest.storage.tables import deliveries, editions

_PUBLISHED = editions.c.state == EditionState.PUBLISHED


class SqlEditions:
    """The editions of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, newsletter: str, day: date) -> FiledEdition | None:
        """Return a newsletter's edition of a day."""
        return self._one(editions.c.newsletter == newsletter, editions.c.day == day)

    def by_id(self, edition_id: int) -> FiledEdition | None:
        """Return an edition by its id."""
        return self._one(editions.c.id == edition_id)

    def save(self, edition: Edition) -> FiledEdition:
        """Insert or replace the day's edition; raises `IllegalMove` once it is published or skipped.

        Saving the same edition again changes nothing. `publish` alone makes an edition published.
        """
        if edition.state is EditionState.PUBLISHED:
            raise IllegalMove("an edition becomes published by publishing it, with its printed form")
        return self._write(edition, {})

    def publish(
        self, edition: Edition, printed: PrintedEdition, *, now: datetime, expires_at: datetime
    ) -> FiledEdition:
        """Freeze content, hash and state in one commit; raises `IllegalMove` if already frozen."""
        frozen = {
            "subject": printed.subject,
            "html": printed.html,
            "text": printed.text,
            "hash": printed.hash,
            "published_at": now,
            "expires_at": expires_at,
        }
        return self._write(dataclasses.replace(edition, state=EditionState.PUBLISHED), frozen)

    def high_water(self, newsletter: str, *, before: date) -> datetime | None:
        """Return the newest high-water mark of the published editions before a day."""
        wanted = select(func.max(editions.c.high_water)).where(
            editions.c.newsletter == newsletter, editions.c.day < before, _PUBLISHED
        )
        with self._database.read() as connection:
            newest: datetime | None = connection.scalar(wanted)
        return newest

    def latest(self, newsletter: str, *, published_only: bool = False) -> FiledEdition | None:
        """Return the edition of the newest day."""
        wanted = select(editions).where(editions.c.newsletter == newsletter)
        if published_only:
            wanted = wanted.where(_PUBLISHED)
        with self._database.read() as connection:
            row = connection.execute(wanted.order_by(editions.c.day.desc()).limit(1)).one_or_none()
        return _filed(row) if row else None

    def recent(self, newsletter: str, *, limit: int) -> tuple[FiledEdition, ...]:
        """Return published editions, the newest first."""
        wanted = (
            select(editions)
            .where(editions.c.newsletter == newsletter, _PUBLISHED)
            .order_by(editions.c.day.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return tuple(_filed(row) for row in connection.execute(wanted))

    def open_editions(self, *, now: datetime) -> tuple[FiledEdition, ...]:
        """Return published editions that still have deliveries to do, oldest first.

        Those whose audience is not whole yet count too, and so do those whose time is over while
        something is queued: it has yet to be expired. One published after `now` (a clock went back)
        counts as well, since its readers wait.
        """
        del now  # what is open does not depend on the time; the port leaves room for stores where it does
        waiting = exists().where(
            deliveries.c.edition_id == editions.c.id, deliveries.c.state.in_(sorted(OPEN_STATES))
        )
        wanted = (
            select(editions)
            .where(_PUBLISHED, or_(~editions.c.snapshot_done, waiting))
            .order_by(editions.c.day, editions.c.id)
        )
        with self._database.read() as connection:
            return tuple(_filed(row) for row in connection.execute(wanted))

    def pause(self, edition_id: int, why: str) -> None:
        """Rest (or, with an empty reason, resume) the sending of an edition."""
        with self._database.write() as connection:
            connection.execute(update(editions).where(editions.c.id == edition_id).values(paused=why))

    def _one(self, *conditions: Any) -> FiledEdition | None:
        with self._database.read() as connection:
            row = connection.execute(select(editions).where(*conditions)).one_or_none()
        return _filed(row) if row else None

    def _write(self, edition: Edition, frozen: dict[str, object]) -> FiledEdition:
        values = {
            "state": edition.state,
            "document": documents.dump(edition),
            "high_water": edition.high_water,
            **frozen,
        }
        with self._database.write() as connection:
            key = insert_new(connection, editions, newsletter=edition.newsletter, day=edition.day, **values)
            if key is None:
                key = _replace(connection, edition, values)
            return _filed(connection.execute(select(editions).where(editions.c.id == key)).one())


def _replace(connection: Connection, edition: Edition, values: dict[str, object]) -> int:
    there = connection.execute(
        select(editions.c.id, editions.c.state, editions.c.document)
        .where(editions.c.newsletter == edition.newsletter, editions.c.day == edition.day)
        .with_for_update()
    ).one()
    state = EditionState(there.state)
    is_same = there.document == values["document"] and bool(EDITION_MOVES[state])
    if not is_same:
        check_edition_move(state, edition.state)
        connection.execute(update(editions).where(editions.c.id == there.id).values(**values))
    return int(there.id)


def _filed(row: Row[Any]) -> FiledEdition:
    edition = documents.load_edition(row.document)
    printed = None
    if row.html is not None:
        printed = PrintedEdition(
            newsletter=row.newsletter, day=row.day, subject=row.subject, html=row.html, text=row.text
        )
    return FiledEdition(
        id=row.id,
        edition=edition,
        printed=printed,
        published_at=row.published_at,
        expires_at=row.expires_at,
        audience=row.audience,
        snapshot_done=row.snapshot_done,
        paused=row.paused,
    )
