"""An entry of a feed, whatever its format, and how it becomes an article."""

# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime

from digest.errors import ArticleUnreadable
from digest.ingest.bylines import byline_of, persons, read_byline
from digest.ingest.clean import Cleaned, clean_html
from digest.ingest.dates import read_moment
from digest.ingest.links import clean_link
from digest.ingest.markup import plain
from digest.ingest.phrases import split_credit
from digest.ingest.plain import language_of, tidy, words
from digest.model.article import Article, DroppedKind, Image

# Where a CMS puts an article on its pages, not what it is about.
_PSEUDO = frozenset(
    "homepage home frontpage top topstory topstories featured feature featuredstory featuredstories "
    "uncategorized uncategorised showcase slider lead leadstory breaking breakingnews latest "
    "latestnews main mainstory default general carousel spotlight highlight highlights editorspick "
    "editorspicks none all blog post posts article articles story stories newsletter print "
    "printedition web webonly online onlineonly".split()
)
_CUT_OFF = re.compile(
    r"(?:…|\.\.\.|\[(?:…|\.\.\.|&hellip;)\]|continue reading\b.*|read more\b.*)\W*$", re.IGNORECASE
)
# WordPress sets this line under excerpts, but also under whole articles.
_APPEARED = re.compile(r"(?:\bthe post\b.{0,250}?)?\bappeared first on\b.{0,100}$", re.IGNORECASE)
_TAIL = 300
_WHOLE = 150
_SHORT = 60
_MAX_SECTIONS = 10
_MAX_HEADLINE = 400
_MAX_ABSTRACT = 1000
# Some 50,000 words: cleaning a text takes time that grows with it.
_MAX_CONTENT = 300_000
MAX_AUTHOR = 300


@dataclass(frozen=True, slots=True)
class Entry:
    """What a feed says of one article, as it was written there."""

    headline: str = ""
    subhead: str = ""
    link: str = ""
    guid: str = ""
    dates: tuple[str, ...] = ()
    updated: str = ""
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    content: str = ""
    summary: str = ""
    images: tuple[Image, ...] = ()
    language: str = ""


def article_of(entry: Entry, *, source: str, base: str, section: str, now: datetime) -> Article:
    """Turn an entry into an article.

    Args:
        entry: the entry.
        source: name of the source.
        base: address of the feed, against which links are resolved.
        section: section of an article that names none.
        now: bounds dates that lie in the future.

    Raises:
        ArticleUnreadable: it has no headline.
    """
    headline = plain(entry.headline[:_MAX_CONTENT])
    if not headline:
        raise ArticleUnreadable("no headline")
    headline = headline[:_MAX_HEADLINE].rstrip()
    url = clean_link(entry.link, base) or (clean_link(entry.guid) if "://" in entry.guid else None)
    published_at = _first_date(entry.dates, now)
    byline, authors = _who(entry.authors)
    content = (entry.content or entry.summary)[:_MAX_CONTENT]
    cleaned = clean_html(content, base=url or base, headline=headline, authors=authors)
    if not byline:
        byline, authors = _who_above(cleaned)
    return Article(
        source=source,
        guid=tidy(entry.guid)[:1000] or url or _hash(headline, published_at),
        url=url,
        headline=headline,
        byline=byline,
        authors=authors,
        published_at=published_at,
        updated_at=_updated(entry, published_at, now),
        sections=sections_of(entry.categories, section),
        body=cleaned.passages,
        image=_image(entry, cleaned, url or base),
        language=language_of(entry.language),
        subhead=_subhead(entry, headline),
        abstract=_abstract(entry, cleaned),
        correction=cleaned.correction,
        teaser=url is not None and _is_teaser(entry, cleaned),
        dropped=cleaned.dropped,
    )


def sections_of(categories: tuple[str, ...], default: str) -> tuple[str, ...]:
    """Return the sections among the categories, in their order; the default where none is left."""
    found: dict[str, str] = {}
    for raw in categories:
        name = plain(raw)
        key = re.sub(r"[\W_]", "", name.casefold())
        if key and key not in _PSEUDO and len(name) <= 60:  # noqa: PLR2004 # a name, not a text
            found.setdefault(key, name)
    names = tuple(found.values())[:_MAX_SECTIONS]
    return names or ((default,) if default else ())


def _hash(headline: str, published_at: datetime | date | None) -> str:
    return hashlib.sha256(f"{headline}\n{published_at}".encode()).hexdigest()[:32]


def _first_date(dates: tuple[str, ...], now: datetime) -> datetime | date | None:
    return next((value for text in dates if (value := read_moment(text, now=now)) is not None), None)


def _updated(entry: Entry, published_at: datetime | date | None, now: datetime) -> datetime | None:
    """Return when the article was changed after it was published; None if no time says so."""
    moment = read_moment(entry.updated, now=now)
    if not isinstance(moment, datetime):
        return None
    if isinstance(published_at, datetime):
        return moment if moment > published_at else None
    return moment if published_at is None or moment.date() >= published_at else None


def _subhead(entry: Entry, headline: str) -> str:
    text = plain(entry.subhead)
    return "" if text == headline or len(text) > _MAX_HEADLINE else text


def _is_teaser(entry: Entry, cleaned: Cleaned) -> bool:
    """Say whether the entry says only how its article begins.

    That is under 60 words, or a text that is cut off. Under 150 words WordPress's "appeared first on" is
    such a mark too.
    """
    count = cleaned.words
    if count < _SHORT:
        return True
    end = plain((entry.content or entry.summary)[-10 * _TAIL :])[-_TAIL:]
    bare = _APPEARED.sub("", end).rstrip()
    last = cleaned.passages[-1].paragraphs[-1:]
    if any(_CUT_OFF.search(text[-_TAIL:]) for text in (bare, *last)):
        return True
    return count < _WHOLE and bare != end


def _who(written: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return byline and authors: "By A and B" where persons are named, else the line as written."""
    # Cut first: expressions that look for an @ take quadratic time on what a stranger may write.
    short = (tidy(line[:MAX_AUTHOR]) for line in written[:20])
    lines = [plain(re.sub(r"^[^\s@]+@[^\s@]+\s*\((.+)\)$", r"\1", line)) for line in short]
    lines = [
        line for line in dict.fromkeys(lines) if line and not re.fullmatch(r"\S+@\S+|https?://\S+", line)
    ]
    names = tuple(dict.fromkeys(name for line in lines for name in persons(line)))
    if names:
        return byline_of(names), names
    line = next((line for line in lines if len(line) <= 100 and line.lower() not in {"admin", "user"}), "")  # noqa: PLR2004
    return line, ()


def _who_above(cleaned: Cleaned) -> tuple[str, tuple[str, ...]]:
    """Return the byline that stood above the body."""
    for dropped in cleaned.dropped:
        if dropped.kind is DroppedKind.BYLINE and (found := read_byline(dropped.text)) is not None:
            return found.text, found.authors
    return "", ()


def _image(entry: Entry, cleaned: Cleaned, base: str) -> Image | None:
    """Return the entry's picture; what it does not say itself is taken from the same one in the body."""
    inside = {image.url.partition("?")[0]: image for image in reversed(cleaned.pictures)}
    for image in (*entry.images, *cleaned.pictures):
        url = clean_link(image.url, base)
        if url is None:
            continue
        twin = inside.get(url.partition("?")[0], Image(url=url))
        caption, credit = split_credit(plain(image.caption))
        return Image(
            url=url,
            alt=plain(image.alt) or twin.alt,
            credit=_bare(plain(image.credit)) or credit or twin.credit,
            caption=caption or twin.caption,
        )
    return None


def _bare(credit: str) -> str:
    """Return a credit without "Photo by"."""
    return split_credit(credit)[1] or credit


def _abstract(entry: Entry, cleaned: Cleaned) -> str:
    """Return the summary where it says something of its own: not cut off, and not the body's beginning."""
    if not entry.content or not entry.summary:
        return ""
    text = plain(entry.summary)
    body = " ".join(p for passage in cleaned.passages for p in passage.paragraphs)
    if not text or len(text) > _MAX_ABSTRACT or _CUT_OFF.search(text) or text in body or words(text) < 3:  # noqa: PLR2004
        return ""
    return text
