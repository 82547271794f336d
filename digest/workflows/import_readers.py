"""Import readers: a table becomes subscribers; a veto, and what is known already, beat the table."""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from digest.errors import AddressRefused, UsageError
from digest.log import one_line
from digest.model.newsletter import Newsletter
from digest.model.subscriber import Consent, Subscriber, SubscriberStatus, parse_address
from digest.ports import Storage

CHUNK = 1000
ADDRESS_COLUMNS = ("address", "email", "email address", "e-mail")
MAX_NAME = 200
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A row that was not imported: its line in the file (the header is line 1) and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import did, or would do."""

    added: int = 0
    known: int = 0
    vetoed: int = 0
    refused: tuple[RefusedRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    address: str
    name: str
    language: str
    status: SubscriberStatus


def import_readers(
    newsletter: Newsletter,
    rows: Iterable[Mapping[str | None, str | None]],
    *,
    storage: Storage,
    now: datetime,
    consent: str = "",
    dry_run: bool = False,
    report: Callable[[int], None] = lambda _: None,
) -> ImportReport:
    """Add the table's readers in chunks of one commit each, so that a second run goes on where it stopped.

    Columns: address (or email), name, status (pending by default), language. `confirmed` rows need
    `consent`, which is kept as the proof of where they agreed. Raises `UsageError` for a table without
    an address column.
    """
    added = known = vetoed = 0
    refused: list[RefusedRow] = []
    seen: set[str] = set()
    numbered = enumerate(rows, start=2)
    while chunk := _next_chunk(numbered):
        with storage.transaction():
            for line, raw in chunk:
                try:
                    row = _read_row(raw, consent=consent)
                except AddressRefused as error:
                    refused.append(RefusedRow(line=line, why=str(error)))
                    continue
                folded = row.address.casefold()
                if folded in seen or storage.subscribers.find(newsletter.name, row.address) is not None:
                    known += 1
                elif storage.subscribers.suppression(row.address) is not None:
                    vetoed += 1
                else:
                    added += 1
                    if not dry_run:
                        _add(newsletter, row, storage, now=now, consent=consent)
                seen.add(folded)
        report(chunk[-1][0] - 1)
    return ImportReport(added=added, known=known, vetoed=vetoed, refused=tuple(refused))


def _next_chunk(
    numbered: Iterator[tuple[int, Mapping[str | None, str | None]]],
) -> list[tuple[int, Mapping[str | None, str | None]]]:
    try:
        return list(islice(numbered, CHUNK))
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"the table cannot be read ({error}); save it as CSV in UTF-8") from error


def _read_row(raw: Mapping[str | None, str | None], *, consent: str) -> _Row:
    cells = {(key or "").strip().casefold(): (value or "").strip() for key, value in raw.items() if key}
    column = next((name for name in ADDRESS_COLUMNS if name in cells), None)
    if column is None:
        raise UsageError("the table has no column `address` or `email`; write a header line that names it")
    address = parse_address(cells[column].removeprefix("'"))
    written = cells.get("status", "").casefold() or SubscriberStatus.PENDING.value
    try:
        status = SubscriberStatus(written)
    except ValueError as error:
        raise AddressRefused(f"status {written[:20]!r} is not pending, confirmed or unsubscribed") from error
    if status is SubscriberStatus.CONFIRMED and not consent:
        raise AddressRefused("confirmed readers need --consent, which says where and when they agreed")
    name, language = one_line(cells.get("name", ""), limit=MAX_NAME), cells.get("language", "")
    return _Row(address, name, language if _LANGUAGE.fullmatch(language) else "", status)


def _add(newsletter: Newsletter, row: _Row, storage: Storage, *, now: datetime, consent: str) -> Subscriber:
    reader = storage.subscribers.add(
        newsletter.name, row.address, status=row.status, now=now, name=row.name, language=row.language
    )
    storage.subscribers.record_consent(
        Consent(
            subscriber_id=reader.id,
            event="imported",
            at=now,
            source=f"import, {row.status.value}",
            wording=consent,
            wording_hash=hashlib.sha256(consent.encode()).hexdigest() if consent else "",
        )
    )
    return reader
