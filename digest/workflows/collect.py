"""Collect: read every source, take in what is new; one source that fails stops nobody."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

from digest.errors import PictureRefused, SourceError
from digest.log import fields, one_line
from digest.model.article import Article
from digest.ports import Clock, MediaStore, Reading, Source, SourceMemory, Storage

log = logging.getLogger(__name__)
READERS = 4
PICTURE_TIME = timedelta(seconds=60)
"""How long the pictures of one source may take in all; later articles run without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one source brought. `error` is empty if it could be read; `troubles` name single entries."""

    source: str
    new: int = 0
    changed: int = 0
    unchanged: bool = False
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
    """Read the sources side by side and file their articles; return what each brought, in order."""
    memories = [storage.articles.memory_of(source.name) for source in sources]
    results = []
    with ThreadPoolExecutor(max_workers=READERS, thread_name_prefix="collect") as pool:
        readings = pool.map(_read, sources, memories)
        for source, reading in zip(sources, readings, strict=True):
            result = _file(source, reading, storage=storage, media=media, clock=clock)
            log.info(
                "source.read %s",
                fields(source=source.name, new=result.new, changed=result.changed, error=result.error),
            )
            report(result)
            results.append(result)
    return tuple(results)


def _read(source: Source, memory: SourceMemory) -> Reading | SourceError:
    # A failed source is a value in the stream, so that one bad feed stops nothing.
    try:
        return source.read(memory)
    except SourceError as error:
        return error
    except Exception as error:  # noqa: BLE001 - hostile input may break a parser in ways nobody listed
        return SourceError(f"{source.name}: reading failed inside ({type(error).__name__}: {error})")


def _file(
    source: Source, reading: Reading | SourceError, *, storage: Storage, media: MediaStore, clock: Clock
) -> Collected:
    if isinstance(reading, SourceError):
        storage.articles.note_trouble(source.name, one_line(reading), now=clock())
        return Collected(source=source.name, error=one_line(reading))
    new = changed = 0
    troubles = list(reading.troubles)
    until = clock() + PICTURE_TIME
    for article in reading.articles:
        fingerprint = article.fingerprint
        if storage.articles.has_version(article.source, article.guid, fingerprint=fingerprint):
            continue
        in_time = clock() < until
        pictured = _take_picture(article, source, media, troubles) if in_time else article
        if not in_time and article.image is not None:
            troubles.append(f"{article.headline}: its picture is not shown (its source is too slow)")
        filed = storage.articles.file(pictured, fingerprint=fingerprint, now=clock())
        new += filed.is_new
        changed += filed.is_changed
    storage.articles.remember(source.name, reading.memory, now=clock())
    return Collected(
        source=source.name, new=new, changed=changed, unchanged=reading.unchanged, troubles=tuple(troubles)
    )


def _take_picture(article: Article, source: Source, media: MediaStore, troubles: list[str]) -> Article:
    image = article.image
    if image is None or not image.credit:
        if image is not None:
            troubles.append(f"{article.headline}: its picture has no credit and is not shown")
        return article
    try:
        kept = media.keep(image, source.open_picture(image))
    except (SourceError, PictureRefused) as error:
        troubles.append(f"{article.headline}: its picture is not shown ({one_line(error)})")
        return article
    return dataclasses.replace(article, image=kept)
