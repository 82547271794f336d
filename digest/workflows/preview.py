"""Preview: the day's edition as it would be sent now, made by the very same functions; read-only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding
from digest.model.newsletter import Newsletter
from digest.ports import Checker, Press, Prove, Storage, Summariser
from digest.workflows.edit import draft
from digest.workflows.prove import prove_edition
from digest.workflows.watch import watch_articles, watch_sources


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
    prove: Prove,
    now: datetime,
    sources: Collection[str] = (),
) -> Preview:
    """Show the kept edition of the day where there is one, else what a draft would be.

    What is wrong with the `sources` of these names stands among the findings.
    """
    watched = (*watch_sources(sources, storage=storage, now=now), *watch_articles(storage=storage, now=now))
    filed = storage.editions.get(newsletter.name, day)
    edition = (
        filed.edition
        if filed is not None
        else draft(newsletter, day, storage=storage, summariser=summariser, now=now)
    )
    if not edition.stories:
        return Preview(edition=edition, printed=None, findings=watched)
    unproven = prove_edition(edition, storage=storage, prove=prove)
    edition = press.prepare(edition)
    printed = filed.printed if filed is not None and filed.printed else press.print_edition(edition)
    return Preview(
        edition=edition, printed=printed, findings=(*unproven, *checker.check(edition, printed), *watched)
    )
