"""The morning: collect, edit, publish, send; each step picks up where an earlier run stopped."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from digest.compose.amend import amend_edition
from digest.log import fields
from digest.model.edition import EditionState, FiledEdition
from digest.model.identity import is_rewritten
from digest.model.newsletter import Newsletter
from digest.ports import Checker, Clock, MediaStore, Press, Prove, Source, Storage, Summariser
from digest.workflows.edit import amend, edit
from digest.workflows.freshen import freshen
from digest.workflows.publish import FROZEN, publish, skip

log = logging.getLogger(__name__)
MOST_ROUNDS = 3
"""So many times an edition is made anew because its stories change under it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What the desk side of a morning needs."""

    storage: Storage
    summariser: Summariser
    press: Press
    checker: Checker
    prove: Prove
    clock: Clock
    media: MediaStore
    sources: Sequence[Source] = ()


def look_back(newsletter: Newsletter, parts: Parts) -> None:
    """Look at the stories of the last edition again: what the paper corrected since is told in the next."""
    for filed in parts.storage.editions.recent(newsletter.name, limit=1):
        freshen(
            filed.edition,
            sources={source.name: source for source in parts.sources},
            storage=parts.storage,
            media=parts.media,
            clock=parts.clock,
        )


def bring_out(newsletter: Newsletter, day: date, parts: Parts, *, trouble: str = "") -> FiledEdition:
    """Take the day's edition as far as it can go without a reader: published, skipped, or a draft that waits.

    An approved draft is published as the editor saw it, but for what the paper took back or changed
    since; any other is made anew from what is known now. Its stories are looked at once more before.
    `trouble` says which sources could not be read: then a day without news is not skipped yet, since
    nobody knows whether there is any.
    """
    filed = parts.storage.editions.get(newsletter.name, day)
    state = filed.edition.state if filed else EditionState.DRAFT
    if state is EditionState.DRAFT:
        if newsletter.approval and filed is not None and filed.edition.stories:
            # An editor may be looking at it: only `digest build` makes it anew.
            return filed
        if filed is None or filed.edition.stories:  # a day that waits for news is asked again and again
            look_back(newsletter, parts)
        filed = edit(newsletter, day, storage=parts.storage, summariser=parts.summariser, now=parts.clock())
        if newsletter.approval and filed.edition.stories:
            log.info("edition.waits %s", fields(newsletter=newsletter.name, day=day))
            return filed
        if trouble and not filed.edition.stories:
            log.warning("edition.waits %s", fields(newsletter=newsletter.name, day=day, trouble=trouble))
            return filed
    fresh = _freshen(newsletter, day, parts)
    if fresh is not None and newsletter.approval and fresh.edition.state is EditionState.DRAFT:
        log.warning("edition.waits %s", fields(newsletter=newsletter.name, day=day, trouble="taken back"))
        return fresh
    return _publish(newsletter, day, parts)


def publish_fresh(
    newsletter: Newsletter, day: date, parts: Parts, *, override: Collection[str] = ()
) -> FiledEdition:
    """Look at the day's stories once more where they were published, then publish; raises as `publish`."""
    _freshen(newsletter, day, parts)
    return _publish(newsletter, day, parts, override=override)


def _publish(
    newsletter: Newsletter, day: date, parts: Parts, *, override: Collection[str] = ()
) -> FiledEdition:
    return publish(
        newsletter,
        day,
        storage=parts.storage,
        press=parts.press,
        checker=parts.checker,
        prove=parts.prove,
        now=parts.clock(),
        override=override,
    )


def _freshen(newsletter: Newsletter, day: date, parts: Parts) -> FiledEdition | None:
    """Bring the day's edition up to what its stories say now; a story that replaces another is looked at too.

    Frozen ones and drafts that an editor may be looking at stay as they are. An approved edition of which
    nothing is left is made anew, and waits for the editor.
    """
    storage, sources = parts.storage, {source.name: source for source in parts.sources}
    filed = storage.editions.get(newsletter.name, day)
    for _ in range(MOST_ROUNDS):
        if filed is None or filed.edition.state in FROZEN:
            return filed
        if newsletter.approval and filed.edition.state is EditionState.DRAFT:
            return filed
        edition = filed.edition
        found = freshen(edition, sources=sources, storage=storage, media=parts.media, clock=parts.clock)
        if not found:
            return filed
        if edition.state is EditionState.APPROVED:
            edition = amend_edition(
                edition,
                newsletter,
                withdrawn=(*found.withdrawn, *_rewritten(found.changed, storage)),
                changed={key: one for key in found.changed if (one := storage.articles.get(key))},
                summarise=partial(
                    parts.summariser.summarise,
                    sentences=newsletter.summary_sentences,
                    words=newsletter.summary_words,
                ),
            )
            if edition.stories:
                return amend(edition, storage=storage)
        filed = edit(newsletter, day, storage=storage, summariser=parts.summariser, now=parts.clock())
    return filed


def _rewritten(changed: Collection[int], storage: Storage) -> list[int]:
    """Return the changed articles that became something that no editor has approved."""
    versions = {key: [article for _, article in storage.articles.versions(key)] for key in changed}
    return [key for key, told in versions.items() if len(told) > 1 and is_rewritten(told[-2], told[-1])]


def settle_due(newsletter: Newsletter, parts: Parts, *, trouble: str = "") -> tuple[FiledEdition, ...]:
    """Bring out what is due and missing; skip what is due and too late. Safe to call at any time.

    `trouble` as for `bring_out`: with sources that cannot be read, an empty day waits until it is late.

    Days before the newsletter's first edition are nobody's business: whoever installs at noon is not
    told that this morning was missed, and can still bring out today's edition by hand.
    """
    now = parts.clock()
    settled = []
    for day in _missing(newsletter, parts.storage, now):
        if now - newsletter.due(day) <= newsletter.catch_up:
            settled.append(bring_out(newsletter, day, parts, trouble=trouble))
        elif parts.storage.editions.latest(newsletter.name) is not None:
            settled.append(skip(newsletter, day, _why_late(newsletter, day, parts), storage=parts.storage))
    return tuple(settled)


def is_missing(newsletter: Newsletter, storage: Storage, now: datetime) -> bool:
    """Say whether an edition is due that is neither published nor skipped."""
    return bool(_missing(newsletter, storage, now))


def _missing(newsletter: Newsletter, storage: Storage, now: datetime) -> tuple[date, ...]:
    today = newsletter.today(now)
    newest = storage.editions.latest(newsletter.name, published_only=True) or storage.editions.latest(
        newsletter.name
    )
    start = min(newest.edition.day, today) if newest else today
    days = (date.fromordinal(n) for n in range(start.toordinal(), today.toordinal() + 1))
    due = [day for day in days if newsletter.is_due_on(day) and newsletter.due(day) <= now]
    filed = ((day, storage.editions.get(newsletter.name, day)) for day in due)
    return tuple(day for day, edition in filed if edition is None or edition.edition.state not in FROZEN)


def _why_late(newsletter: Newsletter, day: date, parts: Parts) -> str:
    filed = parts.storage.editions.get(newsletter.name, day)
    if filed is not None and filed.edition.stories:
        held = (
            "no editor approved it in time"
            if newsletter.approval
            else "it could not be published; see the log"
        )
        return f"held: {held}"
    return f"late: it was due at {newsletter.due(day):%Y-%m-%d %H:%M} UTC and nobody was there to send it"
