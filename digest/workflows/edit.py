"""Edit: the window's articles become a draft edition, each with the reason for its place."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from digest.compose.layout import collect_corrections, compose_edition
from digest.errors import EditionRefused
from digest.model.article import FiledArticle
from digest.model.change import ChangeKind
from digest.model.edition import Edition, EditionState, FiledEdition
from digest.model.newsletter import Newsletter
from digest.ports import Storage, Summariser

REMEMBERED_EDITIONS = 14
"""So many editions back, an article that comes back after its withdrawal is known to have been mailed."""
CORRECTION_REACH = timedelta(days=7)
"""How long before the last edition a correction may have been seen and still be told, if it was not."""


def draft(
    newsletter: Newsletter, day: date, *, storage: Storage, summariser: Summariser, now: datetime
) -> Edition:
    """Choose, summarise and lay out the edition of a day as it would be now; changes nothing."""
    mark = storage.editions.high_water(newsletter.name, before=day)
    editions = storage.editions.recent(newsletter.name, limit=REMEMBERED_EDITIONS)
    recent = [filed for filed in editions if filed.edition.day < day]
    return compose_edition(
        newsletter,
        day,
        storage.articles.seen_between(mark, now),
        summarise=lambda article: summariser.summarise(
            article, sentences=newsletter.summary_sentences, words=newsletter.summary_words
        ),
        now=now,
        high_water=mark,
        sources_since=storage.articles.sources_since(),
        printed=_printed_in(recent),
        corrected=_corrected_since(recent, storage),
    )


def _printed_in(recent: Sequence[FiledEdition]) -> dict[int, date]:
    """Return which articles stood in which of the latest editions."""
    return {
        story.article_id: filed.edition.day for filed in reversed(recent) for story in filed.edition.stories
    }


def _corrected_since(recent: Sequence[FiledEdition], storage: Storage) -> tuple[FiledArticle, ...]:
    """Return the articles of earlier editions that the paper corrected, unless readers were told."""
    told = {correction.key for filed in recent for correction in filed.edition.corrections}
    printed = _printed_in(recent)
    newest = max((filed.published_at for filed in recent if filed.published_at), default=None)
    if newest is None:
        return ()
    ids = (
        change.article_id
        for change in storage.articles.changes_since(newest - CORRECTION_REACH)
        if change.kind is ChangeKind.CORRECTED and change.article_id in printed
    )
    found = (storage.articles.get(article_id) for article_id in dict.fromkeys(ids))
    return tuple(
        filed
        for filed in found
        if filed is not None
        and filed.withdrawn_at is None
        and not told.intersection(correction.key for correction in collect_corrections([filed]))
    )


def edit(
    newsletter: Newsletter, day: date, *, storage: Storage, summariser: Summariser, now: datetime
) -> FiledEdition:
    """Keep the day's draft; a frozen edition is returned as it is.

    An edition with nothing in it stays a draft here: only publishing decides that a day is skipped.
    """
    filed = storage.editions.get(newsletter.name, day)
    if filed is not None and filed.edition.state in {EditionState.PUBLISHED, EditionState.SKIPPED}:
        return filed
    edition = draft(newsletter, day, storage=storage, summariser=summariser, now=now)
    return storage.editions.save(dataclasses.replace(edition, state=EditionState.DRAFT))


def approve(newsletter: Newsletter, day: date, *, storage: Storage) -> FiledEdition:
    """Approve the day's draft; raises `EditionRefused` if there is none to approve."""
    filed = storage.editions.get(newsletter.name, day)
    if filed is None:
        raise EditionRefused(f"there is no draft of {newsletter.name} for {day}; run `digest build` first")
    if filed.edition.state is not EditionState.DRAFT:
        return filed
    if not filed.edition.stories:
        raise EditionRefused(f"the draft of {newsletter.name} for {day} is empty: {filed.edition.reason}")
    return storage.editions.save(dataclasses.replace(filed.edition, state=EditionState.APPROVED))


def amend(edition: Edition, *, storage: Storage) -> FiledEdition:
    """Keep an approved edition as it was amended; it stays approved."""
    with storage.transaction():
        storage.editions.save(dataclasses.replace(edition, state=EditionState.DRAFT))
        return storage.editions.save(dataclasses.replace(edition, state=EditionState.APPROVED))
