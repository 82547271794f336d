"""Collect: read every source, complete what it only announces, and file what is new."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.errors import ArticleWithdrawn, SourceBusy, SourceError
from digest.log import fields, one_line
from digest.model.article import Article
from digest.model.change import ChangeKind
from digest.model.identity import is_other_article, told_apart
from digest.ports import Clock, MediaStore, Reading, Source, SourceMemory, Storage
from digest.workflows.pictures import take_picture

log = logging.getLogger(__name__)
READERS = 4
PICTURE_TIME = timedelta(seconds=60)
"""How long the pictures of one source may take in all; later articles run without."""
COMPLETION_TIME = timedelta(minutes=2)
"""How long fetching the pages of one source may take in all; the rest waits for the next collection."""
COLLECTION_TIME = timedelta(minutes=5)
"""How long pages and pictures of all sources together may take, so that an edition does not wait for them."""
MOST_SECOND_LOOKS = 10
"""So many withdrawn articles that are listed again are looked at in one collection."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source brought.

    `error` is empty if it could be read; `troubles` name single entries; `waiting` counts articles whose
    pages were not fetched yet; `rests_until` is when its site wants to be asked again.
    """

    source: str
    new: int = 0
    changed: int = 0
    corrected: int = 0
    waiting: int = 0
    unchanged: bool = False
    rests_until: datetime | None = None
    error: str = ""
    troubles: tuple[str, ...] = ()


def collect(
    sources: Sequence[Source],
    *,
    storage: Storage,
    media: MediaStore,
    clock: Clock,
    report: Callable[[Collected], None] = lambda _: None,
) -> tuple[Collected, ...]:
    """Read the sources side by side and file their articles; return what each brought, in order.

    A source whose site asked us to wait is not read before the time is over.
    """
    now = clock()
    resting = {
        health.name: health.rests_until
        for health in storage.sources.health(now=now)
        if health.rests_until is not None and health.rests_until > now
    }
    memories = [storage.sources.memory_of(source.name) for source in sources]
    results: dict[str, Collected] = {}
    with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="collect") as pool:
        readings = {
            pool.submit(_read, source, memory): source
            for source, memory in zip(sources, memories, strict=True)
            if source.name not in resting
        }
        for name, until in resting.items():
            results[name] = Collected(source=name, rests_until=until)
        # The first read is the first filed, so that a slow site holds up none but itself.
        for reading in as_completed(readings):
            source = readings[reading]
            filing = _Filing(source, storage=storage, media=media, clock=clock, until=now + COLLECTION_TIME)
            result = results[source.name] = _file_safely(filing, reading.result(), storage, clock)
            log.info(
                "source.read %s",
                fields(source=source.name, new=result.new, changed=result.changed, error=result.error),
            )
            report(result)
    return tuple(results[source.name] for source in sources if source.name in results)


def _read(source: Source, memory: SourceMemory) -> Reading | SourceError:
    # A failed source is a value in the stream, so that one bad feed stops nothing.
    try:
        return source.read(memory)
    except SourceError as error:
        return error
    except Exception as error:  # noqa: BLE001 - hostile input may break a parser in ways nobody listed
        return SourceError(f"{source.name}: reading failed inside ({type(error).__name__}: {error})")


def _file_safely(
    filing: _Filing, reading: Reading | SourceError, storage: Storage, clock: Clock
) -> Collected:
    # Likewise: what goes wrong inside with one source's articles must not keep the others from readers.
    try:
        return filing.file(reading)
    except Exception as error:
        log.exception("source.failed %s", fields(source=filing.name))
        trouble = one_line(f"filing failed inside ({type(error).__name__}: {error}); see the log")
        storage.sources.note_trouble(filing.name, trouble, now=clock())
        return Collected(source=filing.name, error=trouble)


class _Filing:
    """File one source's reading, counting what it brought; `until` ends what takes requests of its own."""

    def __init__(
        self, source: Source, *, storage: Storage, media: MediaStore, clock: Clock, until: datetime
    ) -> None:
        self._source = source
        self._articles = storage.articles
        self._storage = storage
        self._media = media
        self._clock = clock
        self._troubles: list[str] = []
        self._new = self._changed = self._corrected = self._waiting = 0
        self._begun = clock()
        self._pictures_until = min(self._begun + PICTURE_TIME, until)
        self._pages_until = min(self._begun + COMPLETION_TIME, until)

    @property
    def name(self) -> str:
        """The source's name."""
        return self._source.name

    def file(self, reading: Reading | SourceError) -> Collected:
        """File what was read, or note why nothing was."""
        name = self._source.name
        now = self._clock()
        if isinstance(reading, SourceError):
            rests = now + timedelta(seconds=reading.wait) if isinstance(reading, SourceBusy) else None
            self._storage.sources.note_trouble(name, one_line(reading), now=now, rests_until=rests)
            return Collected(source=name, error=one_line(reading), rests_until=rests)
        self._troubles += reading.troubles
        listed = frozenset(article.guid for article in reading.articles)
        for article in reading.articles:
            self._take(article, listed)
        self._look_again(listed)
        if self._waiting:
            self._troubles.append(f"{self._waiting} articles wait for the next collection: the site is slow")
            # Forgotten on purpose: only a full reading names again what still waits.
            reading = dataclasses.replace(reading, memory=SourceMemory(), unchanged=False)
        reading = dataclasses.replace(reading, troubles=tuple(map(one_line, self._troubles)))
        # As of its beginning: what a hub announces meanwhile is read at the next look.
        self._storage.sources.remember(name, reading, now=self._begun)
        return Collected(
            source=name,
            new=self._new,
            changed=self._changed,
            corrected=self._corrected,
            waiting=self._waiting,
            unchanged=reading.unchanged,
            troubles=reading.troubles,
        )

    def _take(self, article: Article, listed: Collection[str]) -> None:
        fingerprint = article.fingerprint
        if self._articles.has_version(article.source, article.guid, fingerprint=fingerprint):
            return
        known = self._articles.find(article.source, article.guid)
        if known is not None and is_other_article(known.article, article):
            article = told_apart(article)
            if self._articles.has_version(article.source, article.guid, fingerprint=fingerprint):
                return
            known = self._articles.find(article.source, article.guid)
        if article.teaser:
            if self._clock() >= self._pages_until:
                self._waiting += 1
                return
            try:
                article = self._source.complete(article)
            except SourceError as error:
                self._troubles.append(f"{article.headline}: only its beginning is known ({one_line(error)})")
                fingerprint = ""  # known as nothing the source listed, so that it is tried again
        article = self._with_picture(article, known.article if known else None)
        filed = self._articles.file(article, fingerprint=fingerprint, now=self._clock(), listed=listed)
        self._new += filed.is_new
        self._changed += bool(filed.changes)
        self._corrected += any(change.kind is ChangeKind.CORRECTED for change in filed.changes)

    def _with_picture(self, article: Article, known: Article | None) -> Article:
        if self._clock() >= self._pictures_until:
            if article.image is not None:
                self._troubles.append(
                    f"{article.headline}: its picture is not shown (its source is too slow)"
                )
            return article
        pictured, trouble = take_picture(article, self._source, self._media, known=known)
        self._troubles += [trouble] if trouble else []
        return pictured

    def _look_again(self, listed: Collection[str]) -> None:
        """Restore withdrawn articles that are listed and can be read again."""
        for filed in self._articles.withdrawn(self._source.name, listed)[:MOST_SECOND_LOOKS]:
            if self._clock() >= self._pages_until:
                return
            try:
                found = self._source.recheck(filed.article)
            except ArticleWithdrawn:
                continue
            except SourceError as error:
                self._troubles.append(f"{filed.article.headline}: {one_line(error)}")
                continue
            found = self._with_picture(found, filed.article)
            self._changed += bool(self._articles.amend(filed.id, found, now=self._clock()).changes)
