"""Sources: what they remember, how they have been doing, and which hubs they offer."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update

from digest.model.source import SourceHealth
from digest.ports import Hub, Reading, SourceMemory, Validators
from digest.storage.connection import Database, insert_new
from digest.storage.tables import articles, sources

RATE_WINDOW = timedelta(days=14)
"""Over how long before its newest article a source is counted to say how many come a day."""
FIRST_READING = timedelta(hours=1)
"""What came so soon after the first article is its back catalogue and says nothing of the rate."""


class SqlSources:
    """The sources of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def memory_of(self, source: str) -> SourceMemory:
        """Return what a source remembers; nothing at its first reading."""
        with self._database.read() as connection:
            written = connection.scalar(select(sources.c.memory).where(sources.c.name == source))
        return _load_memory(written) if written else SourceMemory()

    def remember(self, source: str, reading: Reading, *, now: datetime) -> None:
        """Keep a successful reading's memory, troubles and hub; an unchanged one keeps earlier troubles."""
        values: dict[str, Any] = {
            "memory": _dump_memory(reading.memory),
            "last_success": now,
            "last_error": "",
            "rests_until": None,
        }
        if not reading.unchanged:
            values["troubles"] = json.dumps(reading.troubles)
            values["hub"], values["topic"] = (reading.hub.url, reading.hub.topic) if reading.hub else ("", "")
            known = self.hub_of(source)
            if known is None or known[0] != reading.hub:
                values["hub_asked_at"] = None  # another hub is asked at once
        self._note(source, **values)

    def note_trouble(
        self, source: str, trouble: str, *, now: datetime, rests_until: datetime | None = None
    ) -> None:
        """Keep why a source could not be read, and how long its site asks us to wait."""
        self._note(source, last_error=trouble, last_error_at=now, rests_until=rests_until)

    def health(self, *, now: datetime) -> tuple[SourceHealth, ...]:
        """Return how every source that was ever read has been doing, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(sources)).all()
            found = []
            for row in sorted(rows, key=lambda row: str(row.name)):
                seen = articles.c.first_seen
                count, since, newest = connection.execute(
                    select(func.count(), func.min(seen), func.max(seen)).where(articles.c.source == row.name)
                ).one()
                begin = max(newest - RATE_WINDOW, since + FIRST_READING) if newest else now
                recent = connection.scalar(
                    select(func.count()).where(articles.c.source == row.name, seen > begin)
                )
                days = max(((newest or now) - begin) / timedelta(days=1), 1.0)
                found.append(
                    SourceHealth(
                        name=row.name,
                        last_success=row.last_success,
                        last_error=row.last_error,
                        last_error_at=row.last_error_at,
                        articles=count,
                        last_new=newest,
                        per_day=round((recent or 0) / days, 2),
                        rests_until=row.rests_until,
                        troubles=tuple(json.loads(row.troubles or "[]")),
                    )
                )
        return tuple(found)

    def hub_of(self, source: str) -> tuple[Hub, datetime | None] | None:
        """Return a source's hub and when it was last asked to tell us of news; None without one."""
        wanted = select(sources.c.hub, sources.c.topic, sources.c.hub_asked_at).where(
            sources.c.name == source
        )
        with self._database.read() as connection:
            row = connection.execute(wanted).one_or_none()
        return (Hub(url=row.hub, topic=row.topic), row.hub_asked_at) if row and row.hub else None

    def note_hub_asked(self, source: str, *, now: datetime) -> None:
        """Note that a source's hub was asked to tell us of news."""
        self._note(source, hub_asked_at=now)

    def nudge(self, source: str, *, now: datetime) -> None:
        """Note that a hub says there is news."""
        self._note(source, nudged_at=now)

    def nudged(self) -> frozenset[str]:
        """Return the sources with news that were not read since."""
        at = sources.c.nudged_at
        wanted = select(sources.c.name).where(
            at.is_not(None),
            or_(sources.c.last_success.is_(None), sources.c.last_success < at),
            or_(sources.c.last_error_at.is_(None), sources.c.last_error_at < at),
        )
        with self._database.read() as connection:
            return frozenset(connection.scalars(wanted))

    def _note(self, source: str, **values: object) -> None:
        with self._database.write() as connection:
            if insert_new(connection, sources, name=source, **({"last_error": ""} | values)) is None:
                connection.execute(update(sources).where(sources.c.name == source).values(**values))


def _dump_memory(memory: SourceMemory) -> str:
    validators = {url: [one.etag, one.last_modified] for url, one in memory.validators.items()}
    return json.dumps({"validators": validators, "mark": memory.mark})


def _load_memory(written: str) -> SourceMemory:
    found = json.loads(written)
    return SourceMemory(
        validators={
            url: Validators(etag=etag, last_modified=modified)
            for url, (etag, modified) in found["validators"].items()
        },
        mark=found["mark"],
    )
