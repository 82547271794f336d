"""A story: what a CMS says of one article, and how it becomes an article."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from digest.errors import ArticleWithdrawn
from digest.ingest.bylines import Byline, read_byline
from digest.ingest.entries import Entry, article_of
from digest.ingest.markup import plain
from digest.log import one_line
from digest.model.article import Article, DroppedKind

_CUT = re.compile(
    r"(?:…|\.\.\.|\b(?:continue|keep) reading\b.{0,60}|\bread more\b.{0,60})\W*$", re.IGNORECASE
)
# Accounts that come with a CMS, and are nobody.
_ACCOUNTS = frozenset({"admin", "administrator", "webmaster", "editor", "user", "ghost"})
_STANDS = frozenset({"", "publish", "published", "live", "public"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What a CMS says of one article, as it was written there: an entry, and what no feed tells.

    `withheld` says that the body is for members, `locked` that it is behind a password, `status` whether it
    is published at all; empty means that it is.
    """

    entry: Entry
    correction: str = ""
    editors_pick: bool = False
    withheld: bool = False
    locked: bool = False
    status: str = ""

    def article(self, *, source: str, base: str, section: str, now: datetime) -> Article:
        """Return it as an article.

        Args:
            source: name of the source.
            base: address of the site, against which links are resolved.
            section: section of an article that names none.
            now: bounds dates that lie in the future.

        Raises:
            ArticleUnreadable: it has no headline.
            ArticleWithdrawn: it is not, or no longer, published for everybody.
        """
        if self.locked:
            raise ArticleWithdrawn(f"{self.lock}; take it out of what is not mailed yet")
        if self.status.strip().lower() not in _STANDS:
            raise ArticleWithdrawn(
                f"“{one_line(plain(self.entry.headline), limit=100)}” is no longer published "
                f"({one_line(self.status, limit=40)}); take it out of what is not mailed yet"
            )
        people = tuple(name for name in self.entry.authors if name.strip().casefold() not in _ACCOUNTS)
        entry = replace(self.entry, authors=people)
        article = article_of(entry, source=source, base=base, section=section, now=now)
        authors = tuple(name for name in article.authors if not _is_paper(name, base))
        above = None if authors else _named_above(article)
        return replace(
            article,
            byline=above.text if above else article.byline,
            authors=above.authors if above else authors,
            correction=plain(self.correction) or article.correction,
            editors_pick=self.editors_pick,
            teaser=self.withheld or _is_cut(article, self.entry),
        )

    @property
    def lock(self) -> str:
        """The trouble of one that asks for a password."""
        return f"“{one_line(plain(self.entry.headline), limit=100)}” asks for a password, so it is not mailed"


def _named_above(article: Article) -> Byline | None:
    """Return the byline in the text that names somebody, where the CMS names but the paper or a desk."""
    lines = (line.text for line in article.dropped if line.kind is DroppedKind.BYLINE)
    found = (read_byline(line) for line in lines)
    return next((byline for byline in found if byline is not None and byline.authors), None)


def _is_cut(article: Article, entry: Entry) -> bool:
    """Say whether the body is not there, or only its beginning; a CMS's short articles are short, not cut."""
    if not entry.content.strip() or not article.paragraphs:
        return True
    return bool(_CUT.search(article.paragraphs[-1][-100:]))


def _is_paper(name: str, base: str) -> bool:
    """Say whether an author is the paper itself: "Harbor Light" at theharborlight.example."""
    host = (urlsplit(base).hostname or "").removeprefix("www.").partition(".")[0]
    return re.sub(r"[\W_]|^the\s", "", name.casefold()) == host.replace("-", "").removeprefix("the")
