"""Lay an edition out: lead, sections, headlines, corrections, and a reason for every article."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from digest.compose.cluster import cluster_articles
from digest.compose.rank import PICTURE, UNSORTED, Ranked, rank_stories
from digest.compose.window import Window, choose_window, headline_of, say_when
from digest.compose.wording import clean_line, word_preheader, word_subject
from digest.model.article import Article, FiledArticle
from digest.model.edition import (
    Brief,
    Correction,
    Decision,
    Edition,
    EditionState,
    Fate,
    Section,
    Summary,
)
from digest.model.newsletter import Newsletter

Summarise = Callable[[Article], Summary]


@dataclass(slots=True, kw_only=True)
class _Page:
    """An edition while it is being laid out."""

    lead: Brief | None = None
    sections: defaultdict[str, list[Brief]] = field(default_factory=lambda: defaultdict(list))
    headlines: list[Brief] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    taken: Counter[str] = field(default_factory=Counter)

    @property
    def stories(self) -> int:
        """How many stories have a summary, the lead among them."""
        return (self.lead is not None) + self.taken.total()


def compose_edition(
    newsletter: Newsletter,
    day: date,
    articles: Sequence[FiledArticle],
    *,
    summarise: Summarise,
    now: datetime,
    high_water: datetime | None,
    sources_since: Mapping[str, datetime] | None = None,
    printed: Mapping[int, date] | None = None,
    corrected: Sequence[FiledArticle] = (),
) -> Edition:
    """Return the edition of `day` that the articles of its window make: a draft, or skipped with a reason.

    `articles` may hold more than the window; what was first seen up to `high_water` or after `now` is
    not considered. Of every article that is, `Edition.decisions` says what became of it and why. The
    order of `articles` makes no difference. `summarise` is asked only about stories that may get one.
    `printed` says which articles stood in which earlier edition; `corrected` are those of them that the
    paper has corrected since, for the corrections of this one.
    """
    window = choose_window(
        articles,
        newsletter,
        day,
        now=now,
        high_water=high_water,
        sources_since=sources_since,
        printed=printed,
    )
    ranked = rank_stories(cluster_articles(window.inside, zone=newsletter.zone), newsletter, now=now)
    if not ranked:
        return Edition(
            newsletter=newsletter.name,
            day=day,
            state=EditionState.SKIPPED,
            decisions=window.left_out,
            high_water=window.high_water,
            reason=_why_nothing(newsletter, day, high_water, window),
        )
    page = _lay_out(ranked, newsletter, summarise)
    return _finish(page, window, newsletter, day, corrected)


def _lay_out(ranked: Sequence[Ranked], newsletter: Newsletter, summarise: Summarise) -> _Page:
    page = _Page()
    lead, summary = _choose_lead(ranked, summarise)
    page.lead = _make_brief(lead, summary)
    page.decisions += _decide(lead, Fate.LEAD, f"the lead: {lead.why}")
    for story in ranked:
        if story is not lead:
            _place(story, page, newsletter, summarise)
    return page


def _choose_lead(ranked: Sequence[Ranked], summarise: Summarise) -> tuple[Ranked, Summary]:
    """Return the lead and its summary: an editor's pick before all, then score, a picture counting twice.

    A story of which nothing can be quoted leads only if there is no other.
    """

    def weight(story: Ranked) -> tuple[bool, float, int]:
        image = story.article.image
        bonus = PICTURE if image is not None and image.printable else 0.0
        return (not story.article.editors_pick, -(story.score + bonus), story.id)

    ordered = sorted(ranked, key=weight)
    for story in ordered:
        summary = summarise(story.article)
        if summary.spans:
            return story, summary
    return ordered[0], Summary()


def _place(story: Ranked, page: _Page, newsletter: Newsletter, summarise: Summarise) -> None:
    """Give one story its place: a brief while there is room for it, else a headline, else none."""
    if page.stories >= newsletter.max_stories:
        full = f"all {newsletter.max_stories} places for stories are taken"
    elif page.taken[story.section] >= newsletter.max_per_section:
        full = f"section {story.section} already has its {newsletter.max_per_section} stories"
    else:
        summary = summarise(story.article)
        if summary.spans:
            page.sections[story.section].append(_make_brief(story, summary))
            page.taken[story.section] += 1
            page.decisions += _decide(story, Fate.BRIEF, f"in {story.section}: {story.why}")
            return
        full = "no sentence of it can be quoted by itself"
    if len(page.headlines) < newsletter.max_headlines:
        page.headlines.append(_make_brief(story, Summary()))
        page.decisions += _decide(story, Fate.HEADLINE, f"headline only: {full}")
    else:
        room = f"all {newsletter.max_headlines} places for headlines are taken"
        page.decisions += _decide(story, Fate.LEFT_OUT, f"{full}, and {room}")


def _finish(
    page: _Page, window: Window, newsletter: Newsletter, day: date, corrected: Sequence[FiledArticle]
) -> Edition:
    names = sorted(page.sections, key=lambda name: _section_order(name, newsletter))
    shown = {page.lead.image.url} if page.lead and page.lead.image else set[str]()
    sections = tuple(
        Section(name=name, briefs=tuple(_show_once(brief, shown) for brief in page.sections[name]))
        for name in names
    )
    edition = Edition(
        newsletter=newsletter.name,
        day=day,
        lead=page.lead,
        sections=sections,
        headlines=tuple(page.headlines),
        corrections=collect_corrections(
            (*corrected, *window.inside), {one.article_id: one.story for one in page.decisions if one.story}
        ),
        decisions=(*page.decisions, *window.left_out),
        high_water=window.high_water,
    )
    return word_edition(edition, newsletter)


def word_edition(edition: Edition, newsletter: Newsletter) -> Edition:
    """Return an edition with the subject and the preheader that its stories make."""
    lead = edition.lead.headline if edition.lead else ""
    summary = edition.lead.summary.text if edition.lead else ""
    others = [story.headline for story in edition.stories if story is not edition.lead]
    subject = word_subject(lead, newsletter, edition.day)
    preheader = word_preheader(subject, lead, others, summary, newsletter, edition.day)
    return dataclasses.replace(edition, subject=subject, preheader=preheader)


def _show_once(brief: Brief, shown: set[str]) -> Brief:
    """Take a picture from a story that comes after another with the same one."""
    if brief.image is None:
        return brief
    if brief.image.url in shown:
        return dataclasses.replace(brief, image=None)
    shown.add(brief.image.url)
    return brief


def _section_order(name: str, newsletter: Newsletter) -> tuple[int, str, str]:
    """Order sections as the newsletter does, then the others by name, the nameless last."""
    if name in newsletter.sections:
        return (newsletter.sections.index(name), "", "")
    return (len(newsletter.sections) + (name == UNSORTED), name.casefold(), name)


def _make_brief(story: Ranked, summary: Summary) -> Brief:
    article = story.article
    return Brief(
        article_id=story.id,
        headline=headline_of(article),
        summary=summary,
        url=article.url,
        byline=clean_line(article.byline),
        section=story.section,
        image=article.image if article.image is not None and article.image.printable else None,
        language=article.language,
        published_at=article.published_at,
        editors_pick=article.editors_pick,
    )


def _decide(story: Ranked, fate: Fate, reason: str) -> Iterable[Decision]:
    """Say what became of a story, and of every other article that tells it."""
    headline = headline_of(story.article)
    ranked: Any = {"score": story.score, "terms": story.terms, "story": story.id}
    yield Decision(article_id=story.id, headline=headline, fate=fate, reason=reason, **ranked)
    for copy in story.story.copies:
        yield Decision(
            article_id=copy.id,
            headline=headline_of(copy.article),
            fate=Fate.DUPLICATE,
            reason=f"it tells the same story as “{headline}” (article {story.id})",
            **ranked,
        )


def collect_corrections(
    articles: Sequence[FiledArticle], stories: Mapping[int, int] | None = None
) -> tuple[Correction, ...]:
    """Return the corrections that articles carry, in order of id; each once for all that tell one story.

    `stories` says which article is printed for which.
    """
    found: dict[tuple[int, str], Correction] = {}
    for filed in articles:
        words = clean_line(filed.article.correction)
        if words:
            correction = Correction(headline=headline_of(filed.article), url=filed.article.url, text=words)
            found.setdefault(((stories or {}).get(filed.id, filed.id), words.casefold()), correction)
    return tuple(found.values())


def _why_nothing(newsletter: Newsletter, day: date, high_water: datetime | None, window: Window) -> str:
    begin = high_water if high_water is not None else newsletter.due(day) - newsletter.first_window
    older = len(window.left_out)
    more = f"; {older} left out, such as one {window.left_out[0].reason}" if older else ""
    return f"nothing new since {say_when(begin, newsletter.zone)}{more}"
