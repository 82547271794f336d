"""Rank stories: a score that is a sum of named terms, so that an editor can be told why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.compose.cluster import Cluster
from digest.compose.window import effective_time
from digest.model.article import Article
from digest.model.edition import Term
from digest.model.newsletter import Newsletter

PICK = 3.0
SECTION = 1.0
FRESHNESS = 1.0
LENGTH = 0.5
PICTURE = 0.5
COPIES = 0.3
FRESH_FOR = timedelta(hours=48)
LONG_WORDS = 600
MANY_COPIES = 3
UNSORTED = "More stories"
"""The section of stories that name none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """A story with the section it is printed in and what it is worth."""

    story: Cluster
    section: str
    terms: tuple[Term, ...]

    @property
    def id(self) -> int:
        """The id of the article that is printed."""
        return self.story.best.id

    @property
    def article(self) -> Article:
        """The article that is printed."""
        return self.story.best.article

    @property
    def score(self) -> float:
        """The sum of the terms."""
        return round(sum(term.worth for term in self.terms), 4)

    @property
    def why(self) -> str:
        """The terms in words, the weightiest first."""
        told = sorted((term for term in self.terms if term.worth > 0), key=lambda term: -term.worth)
        return ", ".join(term.why for term in told)


def rank_stories(stories: Sequence[Cluster], newsletter: Newsletter, *, now: datetime) -> tuple[Ranked, ...]:
    """Return stories from the most to the least worth printing; equals in order of id.

    A section that the newsletter does not order is spelt as the first article spells it.
    """
    spelt: dict[str, str] = {}
    ranked: list[Ranked] = []
    for story in sorted(stories, key=lambda story: story.best.id):
        section = section_of(story.best.article, newsletter.sections)
        ranked.append(_rank(story, spelt.setdefault(section.casefold(), section), newsletter, now))
    return tuple(sorted(ranked, key=lambda story: (-story.score, story.id)))


def section_of(article: Article, sections: Sequence[str]) -> str:
    """Return the section an article is printed in: the first of its own that the newsletter orders.

    Spelt as the newsletter spells it; else the article's first, or `UNSORTED` where it names none.
    """
    ordered = {name.casefold(): name for name in reversed(sections)}
    named = [" ".join(name.split()) for name in article.sections if name.strip()]
    for name in named:
        if name.casefold() in ordered:
            return ordered[name.casefold()]
    return named[0] if named else UNSORTED


def _rank(story: Cluster, section: str, newsletter: Newsletter, now: datetime) -> Ranked:
    article = story.best.article
    place = newsletter.sections.index(section) if section in newsletter.sections else None
    age = max(now - effective_time(story.best, newsletter.zone), timedelta())
    words = article.words
    terms = [
        Term(why=f"{_say_age(age)} old", worth=FRESHNESS * max(0.0, 1 - age / FRESH_FOR)),
        Term(why=f"{words} words", worth=LENGTH * min(words, LONG_WORDS) / LONG_WORDS),
    ]
    if article.editors_pick:
        terms.append(Term(why="editor's pick", worth=PICK))
    if place is not None:
        rest = 1 - place / len(newsletter.sections)
        terms.append(Term(why=f"section {section} stands {_ORDINALS[min(place, 3)]}", worth=SECTION * rest))
    if article.image is not None and article.image.printable:
        terms.append(Term(why="a picture with credit", worth=PICTURE))
    if story.copies:
        told = min(len(story.copies), MANY_COPIES)
        terms.append(Term(why=f"{len(story.copies) + 1} articles tell it", worth=COPIES * told))
    return Ranked(story=story, section=section, terms=tuple(terms))


_ORDINALS = ("first", "second", "third", "further down")


def _say_age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} hours" if hours != 1 else "1 hour"
