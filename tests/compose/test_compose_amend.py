"""An approved edition is amended: what was taken back goes, what changed is told anew, nothing is added."""

from __future__ import annotations

import dataclasses
from datetime import date

from digest.compose.amend import amend_edition
from digest.model.article import Article, FiledArticle
from digest.model.edition import Correction, Decision, Edition, Fate, Section, Span, Summary
from digest.model.newsletter import Newsletter
from digest.testing.factories import MORNING, make_article, make_brief

DAILY = Newsletter()
LEAD, SECOND, THIRD = make_brief(1), make_brief(2), make_brief(3)
HEADLINE = make_brief(4, summary=Summary())
EDITION = Edition(
    newsletter="daily",
    day=date(2026, 4, 14),
    subject="An editor's own subject",
    lead=LEAD,
    sections=(Section(name="News", briefs=(SECOND,)), Section(name="Arts", briefs=(THIRD,))),
    headlines=(HEADLINE,),
    corrections=(Correction(headline="Old", url=None, text="Correction: old."),),
    decisions=tuple(
        Decision(article_id=number, headline=f"Story {number}", fate=Fate.BRIEF, reason="in News")
        for number in range(1, 5)
    ),
)


def _summarise(article: Article) -> Summary:
    first = article.paragraphs[0]
    return Summary(spans=(Span(text=first, start=0, end=len(first)),))


def _amend(*withdrawn: int, changed: dict[int, Article] | None = None) -> Edition:
    filed = {
        key: FiledArticle(id=key, first_seen=MORNING, article=article)
        for key, article in (changed or {}).items()
    }
    return amend_edition(EDITION, DAILY, withdrawn=withdrawn, changed=filed, summarise=_summarise)


def test_without_news_nothing_changes() -> None:
    assert _amend() == EDITION


def test_a_withdrawn_brief_goes_with_its_section_and_the_decision_says_why() -> None:
    amended = _amend(3)
    assert [section.name for section in amended.sections] == ["News"]
    assert amended.subject == EDITION.subject
    fate = {decision.article_id: decision for decision in amended.decisions}
    assert fate[3].fate is Fate.LEFT_OUT
    assert "withdrawn" in fate[3].reason
    assert fate[2] == EDITION.decisions[1]


def test_the_next_story_leads_where_the_lead_goes() -> None:
    amended = _amend(1)
    assert amended.lead == SECOND
    assert [section.name for section in amended.sections] == ["Arts"]
    assert amended.subject == SECOND.headline


def test_a_headline_leads_where_no_story_with_a_summary_is_left() -> None:
    amended = _amend(1, 2, 3)
    assert (amended.lead, amended.sections, amended.headlines) == (HEADLINE, (), ())


def test_nothing_is_left_of_an_edition_of_which_all_was_withdrawn() -> None:
    assert _amend(1, 2, 3, 4).stories == ()


def test_a_changed_story_is_told_as_it_stands_now() -> None:
    anew = make_article("anew", headline="Bridge closes again", correction="Correction: Brandt.")
    old = dataclasses.replace(anew, headline="Old", url=None, correction="Correction: old.")
    amended = _amend(changed={2: anew, 4: old})
    told = amended.sections[0].briefs[0]
    assert (told.headline, told.url, told.summary) == (anew.headline, anew.url, _summarise(anew))
    assert amended.headlines[0].summary == Summary()
    assert [one.text for one in amended.corrections] == ["Correction: old.", "Correction: Brandt."]


def test_the_subject_changes_with_the_leads_headline() -> None:
    amended = _amend(changed={1: make_article("a", headline="Bridge closes again")})
    assert amended.subject == "Bridge closes again"
