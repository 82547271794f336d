"""Prove: every summary of an edition must still stand in its article, as the article is now."""

from __future__ import annotations

from collections.abc import Iterator

from digest.model.edition import Edition
from digest.model.finding import Finding, Severity
from digest.ports import Prove, Storage

UNPROVEN = "summary.unproven"
"""The rule that nobody may override: what the article does not say is not printed."""


def prove_edition(edition: Edition, *, storage: Storage, prove: Prove) -> tuple[Finding, ...]:
    """Return a finding for each summary that its article, as it is now, does not say; empty if all do."""
    return tuple(
        Finding(rule=UNPROVEN, severity=Severity.MUST, message=f"{headline}: {fault}")
        for headline, fault in _find_faults(edition, storage, prove)
    )


def _find_faults(edition: Edition, storage: Storage, prove: Prove) -> Iterator[tuple[str, str]]:
    for brief in edition.briefs:
        filed = storage.articles.get(brief.article_id)
        if filed is None:
            yield brief.headline, "its article is not known any more; make the edition anew"
            continue
        for fault in prove(brief.summary, filed.article):
            yield brief.headline, f"{fault}; make the edition anew"
