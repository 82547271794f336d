"""Find articles that tell the same story: the same link, the same words, or half of the same words.

Containment of 5-word shingles at .5 finds updated, shortened, mistyped and half-rewritten copies; plain
similarity would miss the shortened ones, since it asks for the same length too.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from digest.compose.window import effective_time
from digest.model.article import Article, FiledArticle
from digest.model.links import same_link

SHINGLE_WORDS = 5
CONTAINMENT = 0.5
LEAST_SHINGLES = 12
"""Texts with fewer are too short to judge by their words in common."""
NEARLY_AS_LONG = 0.8
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One story: the version that is printed, and the other articles that tell it, in order of id."""

    best: FiledArticle
    copies: tuple[FiledArticle, ...] = ()

    @property
    def articles(self) -> tuple[FiledArticle, ...]:
        """Every version."""
        return (self.best, *self.copies)


def cluster_articles(articles: Sequence[FiledArticle], *, zone: tzinfo) -> tuple[Cluster, ...]:
    """Return the stories that articles tell, in order of the best version's id.

    Every article joins the longest one that it agrees with; agreement is not passed on, so a live blog
    that quotes three stories does not make them one. The newest of the long versions is the best one.
    """
    found = {filed.id: _shingles(filed.article.text) for filed in articles}
    holders: defaultdict[str, list[int]] = defaultdict(list)
    keys: dict[str, int] = {}
    groups: dict[int, list[FiledArticle]] = {}
    for filed in sorted(articles, key=lambda filed: (-filed.article.words, filed.id)):
        head = _find_head(filed, found, holders, keys, groups)
        if head is None:
            head = filed.id
            groups[head] = []
            for shingle in found[filed.id]:
                holders[shingle].append(filed.id)
        groups[head].append(filed)
        for key in _exact_keys(filed.article):
            keys.setdefault(key, head)
    stories = (_make_cluster(group, zone) for group in _joined_by_link(groups.values()))
    return tuple(sorted(stories, key=lambda story: story.best.id))


def _find_head(
    filed: FiledArticle,
    found: dict[int, frozenset[str]],
    holders: dict[str, list[int]],
    keys: dict[str, int],
    groups: dict[int, list[FiledArticle]],
) -> int | None:
    """Return the first article of the group that `filed` belongs to, if there is one."""
    for key in _exact_keys(filed.article):
        if key in keys:
            return keys[key]
    mine = found[filed.id]
    if len(mine) < LEAST_SHINGLES:
        return None
    shared: Counter[int] = Counter()
    for shingle in mine:
        shared.update(holders.get(shingle, ()))
    # The head is the longer text, though repeated words may leave it fewer different shingles.
    agreeing = [
        head
        for head, count in shared.items()
        if count >= CONTAINMENT * max(LEAST_SHINGLES, min(len(mine), len(found[head])))
    ]
    return min(agreeing, key=lambda head: (-shared[head], list(groups).index(head)), default=None)


def _joined_by_link(groups: Iterable[list[FiledArticle]]) -> list[list[FiledArticle]]:
    """Return the groups, those joined that share a link: one page is one story, whatever its versions say."""
    joined: list[tuple[set[str], list[FiledArticle]]] = []
    for group in groups:
        links = {same_link(filed.article.url) for filed in group if filed.article.url}
        touching = [other for other in joined if other[0] & links]
        whole = [filed for _, members in touching for filed in members] + group
        joined = [other for other in joined if other not in touching]
        joined.append((links.union(*(other[0] for other in touching)), whole))
    return [group for _, group in joined]


def _make_cluster(group: Sequence[FiledArticle], zone: tzinfo) -> Cluster:
    longest = max(filed.article.words for filed in group)

    def goodness(filed: FiledArticle) -> tuple[bool, bool, datetime, int, int]:
        long = filed.article.words >= NEARLY_AS_LONG * longest
        pick = filed.article.editors_pick
        return (pick, long, effective_time(filed, zone), filed.article.words, -filed.id)

    best = max(group, key=goodness)
    copies = sorted((filed for filed in group if filed is not best), key=lambda filed: filed.id)
    return Cluster(best=best, copies=tuple(copies))


def _exact_keys(article: Article) -> tuple[str, ...]:
    """Return what only the same story can share: its link, and headline with text."""
    words = " ".join(_WORD.findall(f"{article.headline}\n{article.text}".casefold()))
    keys = [f"words {words}"] if words else []
    if article.url:
        keys.append(f"link {same_link(article.url)}")
    return tuple(keys)


def _shingles(text: str) -> frozenset[str]:
    words = _WORD.findall(text.casefold())
    return frozenset(" ".join(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1))
