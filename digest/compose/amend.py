"""Amend an edition that an editor approved: what was taken back goes, what changed is told as it is now.

Nothing takes the place of what goes: an editor approved these stories and no others.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping

from digest.compose.layout import collect_corrections, word_edition
from digest.compose.window import headline_of
from digest.compose.wording import clean_line
from digest.model.article import Article, FiledArticle
from digest.model.edition import Brief, Decision, Edition, Fate, Summary
from digest.model.newsletter import Newsletter


def amend_edition(
    edition: Edition,
    newsletter: Newsletter,
    *,
    withdrawn: Collection[int],
    changed: Mapping[int, FiledArticle],
    summarise: Callable[[Article], Summary],
) -> Edition:
    """Return the edition without the withdrawn stories and with the changed ones as they stand now.

    Where the lead goes, the next story with a summary leads. The subject changes with the lead.
    """

    def current(briefs: Collection[Brief]) -> list[Brief]:
        kept = (brief for brief in briefs if brief.article_id not in withdrawn)
        return [_told_anew(brief, changed.get(brief.article_id), summarise) for brief in kept]

    sections = [
        dataclasses.replace(section, briefs=tuple(current(section.briefs))) for section in edition.sections
    ]
    lead = next(iter(current((edition.lead,) if edition.lead else ())), None)
    headlines = current(edition.headlines)
    if lead is None:
        first = next((section.briefs[0] for section in sections if section.briefs), None)
        lead = first or (headlines[0] if headlines else None)
        sections = [
            dataclasses.replace(section, briefs=tuple(b for b in section.briefs if b is not lead))
            for section in sections
        ]
        headlines = [brief for brief in headlines if brief is not lead]
    known = {correction.key for correction in edition.corrections}
    new = [one for one in collect_corrections(tuple(changed.values())) if one.key not in known]
    amended = dataclasses.replace(
        edition,
        lead=lead,
        sections=tuple(section for section in sections if section.briefs),
        headlines=tuple(headlines),
        corrections=(*edition.corrections, *new),
        decisions=tuple(_decide(one, withdrawn) for one in edition.decisions),
    )
    if (amended.lead and amended.lead.headline) == (edition.lead and edition.lead.headline):
        return amended
    return word_edition(amended, newsletter)


def _told_anew(brief: Brief, filed: FiledArticle | None, summarise: Callable[[Article], Summary]) -> Brief:
    if filed is None:
        return brief
    article = filed.article
    return dataclasses.replace(
        brief,
        headline=headline_of(article),
        byline=clean_line(article.byline),
        url=article.url,
        summary=summarise(article) if brief.summary.spans else brief.summary,
    )


def _decide(decision: Decision, withdrawn: Collection[int]) -> Decision:
    if decision.article_id not in withdrawn:
        return decision
    reason = "withdrawn by the paper after the edition was approved"
    return dataclasses.replace(decision, fate=Fate.LEFT_OUT, reason=reason)
