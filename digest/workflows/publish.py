"""Publish: a draft is printed, checked and frozen; from then on it may only be sent."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Collection
from datetime import date, datetime

from digest.errors import EditionRefused, IllegalMove
from digest.log import fields
from digest.model.edition import Edition, EditionState, FiledEdition
from digest.model.finding import Severity
from digest.model.newsletter import Newsletter
from digest.ports import Checker, Press, Prove, Storage
from digest.workflows.prove import prove_edition

log = logging.getLogger(__name__)
FROZEN = frozenset({EditionState.PUBLISHED, EditionState.SKIPPED})


def publish(
    newsletter: Newsletter,
    day: date,
    *,
    storage: Storage,
    press: Press,
    checker: Checker,
    prove: Prove,
    now: datetime,
    override: Collection[str] = (),
) -> FiledEdition:
    """Freeze the day's edition as readers will get it; a frozen one is returned as it is.

    An empty draft becomes `skipped` with its reason. Raises `EditionRefused` when there is no draft,
    when it waits for approval, when a summary is not what its article says, or when a check finds a fault
    that stops publishing and whose rule is not in `override`.
    """
    filed = storage.editions.get(newsletter.name, day)
    if filed is None:
        raise EditionRefused(f"there is no draft of {newsletter.name} for {day}; run `digest build` first")
    edition = filed.edition
    if edition.state in FROZEN:
        return filed
    if not edition.stories:
        return skip(newsletter, day, edition.reason, storage=storage)
    if newsletter.approval and edition.state is not EditionState.APPROVED:
        raise EditionRefused(f"{newsletter.name} {day} waits for an editor; run `digest approve`")
    unproven = prove_edition(edition, storage=storage, prove=prove)
    # What is checked and frozen is what is printed, so that no odd character can set them apart.
    edition = press.prepare(edition)
    printed = press.print_edition(edition)
    faults = [
        *unproven,
        *(
            finding
            for finding in checker.check(edition, printed)
            if finding.severity is Severity.MUST and finding.rule not in override
        ),
    ]
    if faults:
        raise EditionRefused(
            f"{newsletter.name} {day} cannot be published: "
            + "; ".join(f"{fault.rule}: {fault.message}" for fault in faults)
        )
    try:
        published = storage.editions.publish(
            edition, printed, now=now, expires_at=now + newsletter.expires_after
        )
    except IllegalMove:
        # Somebody else froze it between our look and our act: theirs is the edition.
        return _frozen(newsletter, day, storage)
    log.info("edition.published %s", fields(newsletter=newsletter.name, day=day, hash=printed.hash))
    return published


def skip(newsletter: Newsletter, day: date, reason: str, *, storage: Storage) -> FiledEdition:
    """Write down that a day has no edition, and why; a frozen one is returned as it is."""
    filed = storage.editions.get(newsletter.name, day)
    edition = filed.edition if filed else Edition(newsletter=newsletter.name, day=day)
    if edition.state in FROZEN:
        return _frozen(newsletter, day, storage)
    skipped = dataclasses.replace(edition, state=EditionState.SKIPPED, reason=reason)
    try:
        saved = storage.editions.save(skipped)
    except IllegalMove:
        return _frozen(newsletter, day, storage)
    log.info("edition.skipped %s", fields(newsletter=newsletter.name, day=day, reason=reason))
    return saved


def _frozen(newsletter: Newsletter, day: date, storage: Storage) -> FiledEdition:
    filed = storage.editions.get(newsletter.name, day)
    if filed is None:
        raise EditionRefused(f"the edition of {newsletter.name} for {day} vanished; run `digest doctor`")
    return filed
