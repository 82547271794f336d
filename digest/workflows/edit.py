"""Edit: the window's articles become a draft edition, each with the reason for its place."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime

from digest.compose.layout import compose_edition
from digest.errors import EditionRefused
from digest.model.edition import Edition, EditionState, FiledEdition
from digest.model.newsletter import Newsletter
from digest.ports import Storage, Summariser


def draft(
    newsletter: Newsletter, day: date, *, storage: Storage, summariser: Summariser, now: datetime
) -> Edition:
    """Choose, summarise and lay out the edition of a day as it would be now; changes nothing."""
    mark = storage.editions.high_water(newsletter.name, before=day)
    return compose_edition(
        newsletter,
        day,
        storage.articles.seen_between(mark, now),
        summarise=lambda article: summariser.summarise(article, sentences=newsletter.summary_sentences),
        now=now,
        high_water=mark,
        sources_since=storage.articles.sources_since(),
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
