"""Preview: the day's edition as it would be sent now, made by the very same functions; read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding
from digest.model.newsletter import Newsletter
from digest.ports import Checker, Press, Storage, Summariser
from digest.workflows.edit import draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What an editor looks at: the edition, its print, and what the checks say.

    `printed` is None when there is nothing to print; `edition.reason` says why.
    """

    edition: Edition
    printed: PrintedEdition | None
    findings: tuple[Finding, ...] = ()


def preview(
    newsletter: Newsletter,
    day: date,
    *,
    storage: Storage,
    summariser: Summariser,
    press: Press,
    checker: Checker,
    now: datetime,
) -> Preview:
    """Show the kept edition of the day where there is one, else what a draft would be."""
    filed = storage.editions.get(newsletter.name, day)
    edition = (
        filed.edition
        if filed is not None
        else draft(newsletter, day, storage=storage, summariser=summariser, now=now)
    )
    if not edition.stories:
        return Preview(edition=edition, printed=None)
    edition = press.prepare(edition)
    printed = filed.printed if filed is not None and filed.printed else press.print_edition(edition)
    return Preview(edition=edition, printed=printed, findings=checker.check(edition, printed))
