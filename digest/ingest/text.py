"""Plain-text dumps: an article as somebody saved it from its page, with comments and calls below it.

The shape: headline, byline and date lines in any order, then blocks divided by blank lines; section heads
are short lines without a stop; a newsletter call, a corrections notice or the first comment ends the body.
"""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001
# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from digest.errors import ArticleUnreadable
from digest.ingest.bylines import (
    byline_of,
    is_house,
    is_name,
    is_role,
    name_and_house,
    names_only,
    persons,
    read_byline,
)
from digest.ingest.dates import read_date_line
from digest.ingest.passages import Collector
from digest.ingest.phrases import judge
from digest.ingest.plain import decode, lines_of, tidy, words
from digest.ingest.tail import find_tail, read_tail
from digest.ingest.textblocks import Block, blocks_of, is_headline_like
from digest.model.article import Article, Dropped, DroppedKind

_KICKERS = frozenset(
    "news sports opinion opinions arts culture features science metro university campus editorial "
    "editorials column columns letters commentary local nation world business lifestyle entertainment "
    "music film books arts&culture arts&entertainment universitynews campusnews newsandfeatures "
    "research podcast video campuslife studentlife".split()
)
_SPLIT = re.compile(r"\s+[|•·–—-]\s+|\t+|\s{3,}")
_PLACE_INSIDE = re.compile(r"\s+(?=by [A-Z]|in [A-Z]|(?i:section:)|posted in\b|filed under\b)")
_AND = re.compile(r"^(?:and|&)\s+(?=\S)", re.IGNORECASE)
_MAIL = re.compile(r"^(?:e-?mail:?\s*)?\S+@\S+\.\w+$", re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:first |originally )?(?:published|posted|printed)\b", re.IGNORECASE)
_TRAIL = re.compile(r"\s*[/|»›>:]+\s*|\s+[–—-]\s+")
# A headline's line that ends with one of these goes on in the next.
_OPEN_END = re.compile(
    r"(?:\b(?:a|an|the|of|for|to|in|on|at|by|with|from|and|or|but|as|over|after|before|into|about|amid|its|"
    r"their|his|her|is|are|will|that|than|under|against)|[,:;–—-])$",
    re.IGNORECASE,
)
_UPDATED_INSIDE = re.compile(r"[\s,;|(–—-]+(?=(?:last )?updated\b)", re.IGNORECASE)


@dataclass(slots=True)
class _Head:
    """What the lines above the body said."""

    headline: str = ""
    bylines: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    published_at: datetime | date | None = None
    dated: bool = False
    sections: tuple[str, ...] = ()
    abstract: str = ""
    dropped: list[Dropped] = field(default_factory=list)

    def take(self, line: str) -> bool:
        """Take a line as byline or date line (or both, divided by a bar); False if it is neither."""
        parts = [p for part in _SPLIT.split(line.strip()) for p in _UPDATED_INSIDE.split(part) if tidy(p)]
        parts = [p for part in parts for p in _beside_a_date(part)]
        whole = read_byline(line)
        if whole is None and len(parts) > 1:
            known = [read_date_line(p) or read_byline(p) for p in parts]
            if read_date_line(line) is not None:  # "Sept. 10, 2012 - 01:30" is one date
                return self._take_one(line, name_fits=False)
            pairs = zip(known, parts, strict=True)
            short = 4  # words of a part that says nothing: "News", "5 min read"
            if any(known) and all(k or is_name(tidy(p)) or words(p) <= short for k, p in pairs):
                for part in parts:
                    self._take_one(part, name_fits=True)
                return True
        return self._take_one(line, name_fits=False)

    def _take_one(self, line: str, *, name_fits: bool) -> bool:
        line = tidy(line)
        dated = read_date_line(line)
        if dated is not None:
            if dated.updated:
                self.dropped.append(Dropped(kind=DroppedKind.BYLINE, text=line))
            else:
                if not self.dated:
                    self.published_at = dated.value
                self.dated = True
            return True
        if self.authors and _AND.match(line) and names_only(_AND.sub("", line)):
            self.bylines[-1] += f" {_AND.sub('and ', line)}"
            self.authors += [name for name in persons(_AND.sub("", line)) if name not in self.authors]
            return True
        if self.bylines and _MAIL.match(line):
            self.dropped.append(Dropped(kind=DroppedKind.BYLINE, text=line))
            return True
        byline = read_byline(line)
        if byline is not None or (name_fits and is_name(line)):
            who = byline.authors if byline else persons(line)
            if self.authors and (is_role(line) or (not who and is_house(line))):
                self.bylines[-1] += f", {line}"
            else:
                self.bylines.append(line)
                self.authors += [name for name in who if name not in self.authors]
            return True
        if re.match(r"(?:last )?updated\b", line, re.IGNORECASE) and words(line) <= 12:  # noqa: PLR2004
            self.dropped.append(Dropped(kind=DroppedKind.BYLINE, text=line))
            return True
        return False

    @property
    def byline(self) -> str:
        """Return the byline as written; several plain ones are joined into one."""
        if len(self.bylines) > 1 and all(
            re.match(r"by\b[^,|/]*$", line, re.IGNORECASE) for line in self.bylines
        ):
            return byline_of(tuple(self.authors))
        return ", ".join(self.bylines)


def read_text(raw: bytes | str, *, source: str, guid: str) -> Article:
    """Read a plain-text dump into an article.

    Args:
        raw: the file, in UTF-8, UTF-16 or Windows-1252; or its text.
        source: name of the source it came from.
        guid: what identifies it there.

    Raises:
        ArticleUnreadable: there is no text, no headline or no body; the message says which.
    """
    text = decode(raw) if isinstance(raw, bytes) else raw
    lines = [line.expandtabs(8) if line.startswith("\t") else line for line in lines_of(text.strip("\ufeff"))]
    if not any(tidy(line) for line in lines):
        raise ArticleUnreadable("the file is empty; it should begin with a headline")
    head = _Head()
    start = _read_head(lines, head)
    blocks = blocks_of(lines[start:])
    end = find_tail(blocks)
    collector = Collector(authors=tuple(head.authors))
    _read_body(blocks[:end], collector)
    body = collector.passages()
    if not body:
        raise ArticleUnreadable("there is a headline but no text under it; leave a blank line between them")
    if not head.dated:
        head.published_at = _dated_below(collector.dropped)
    return Article(
        source=source,
        guid=guid,
        url=None,
        headline=head.headline,
        byline=head.byline,
        authors=tuple(head.authors),
        published_at=head.published_at,
        sections=head.sections,
        abstract=head.abstract,
        body=body,
        correction=collector.correction,
        dropped=(*head.dropped, *collector.dropped, *read_tail(blocks[end:])),
    )


def _read_head(lines: list[str], head: _Head) -> int:
    """Fill `head` from the first lines; return where the body starts."""
    place = _next(lines, 0)
    while place < len(lines):  # a section name or a date above the headline
        line = tidy(lines[place])
        trail = [part for part in _TRAIL.split(line) if part]
        if all(map(_is_kicker, trail)) and trail and _headline_follows(lines, place):
            head.sections = (*head.sections, *(part.title() if part.isupper() else part for part in trail))
        elif (is_house(line) or _repeats(line, lines, place)) and _headline_follows(lines, place):
            head.dropped.append(Dropped(kind=DroppedKind.MARKUP, text=line))
        elif not (read_date_line(line) or _named_byline(line)) or not head.take(lines[place]):
            break
        place = _next(lines, place + 1)
    if place >= len(lines) or not is_headline_like(tidy(lines[place])):
        raise ArticleUnreadable("the first line is no headline; put the headline alone on the first line")
    head.headline = tidy(lines[place]).lstrip("# ").strip()
    place = _wrapped_headline(lines, place + 1, head)
    return _read_meta(lines, place, head)


def _wrapped_headline(lines: list[str], place: int, head: _Head) -> int:
    """Join a headline that runs over two lines, where a byline, a date or a blank line follows."""
    line = tidy(lines[place]) if place < len(lines) else ""
    after = tidy(lines[place + 1]) if place + 1 < len(lines) else ""
    if (
        line
        and not (_Head().take(line) or judge(line))
        and is_headline_like(line)
        and not line.endswith(".")
        and len(head.headline) + len(line) <= 200  # noqa: PLR2004 # two lines of a headline
        and (not after or read_date_line(after) or read_byline(after))
        and not is_name(line)
    ):
        if _is_dek(head.headline, line):
            head.abstract = line
        else:
            head.headline = f"{head.headline} {line}"
        return place + 1
    return place


def _is_dek(headline: str, line: str) -> bool:
    """Say whether the line under a headline opens anew: capital, five words, under a lower-case one."""
    low = [w for w in headline.split()[1:] if w[0].islower()]
    capitals = [w for w in headline.split()[1:] if w[0].isupper()]
    return (
        line[0].isupper()
        and not line.isupper()
        and words(line) >= 5  # noqa: PLR2004 # a line of its own
        and words(headline) >= 3  # noqa: PLR2004
        and len(low) > len(capitals)
        and not _OPEN_END.search(headline)
    )


def _repeats(line: str, lines: list[str], place: int) -> bool:
    """Say whether a line is the page's title or its trail: it holds the headline that stands below it."""
    coming = next(iter(_coming(lines, place)), "")
    rest = line.removeprefix(coming) if line.startswith(coming) else line.removesuffix(coming)
    return words(coming) > 1 and rest != line and (not rest or bool(_TRAIL.search(rest)))


def _beside_a_date(part: str) -> list[str]:
    """Divide "September 10, 2012 by Jane Doe" and "… in News"; any other text stays whole."""
    divided = _PLACE_INSIDE.split(part, maxsplit=1)
    return divided if read_date_line(divided[0]) is not None else [part]


def _dated_below(dropped: list[Dropped]) -> datetime | date | None:
    """Return the date of a "Published …" line below the text."""
    for line in dropped:
        dated = read_date_line(line.text) if line.kind is DroppedKind.BYLINE else None
        if dated is not None and not dated.updated and _PUBLISHED.match(line.text):
            return dated.value
    return None


def _read_meta(lines: list[str], place: int, head: _Head) -> int:
    """Read bylines, dates, captions and the dek below the headline."""
    while (place := _next(lines, place)) < len(lines):
        line = tidy(lines[place])
        if head.take(lines[place]):
            place += 1
            continue
        coming = _coming(lines, place)
        bare = line.lstrip("–—- ")
        near = head.dated or any(_is_meta(c) for c in coming[:1])
        if names_only(bare) and (
            _first_name(head, coming) or (near and not head.authors) or _another(head, coming)
        ):
            head.bylines.append(line)
            head.authors += [name for name in persons(bare) if name not in head.authors]
        elif (name := name_and_house(bare)) and not head.authors and near:
            if any(_named_byline(c) for c in coming[:2]):  # "John Roe / Herald" above the byline: a picture's
                head.dropped.append(Dropped(kind=DroppedKind.CAPTION, text=line))
            else:
                head.bylines.append(line)
                head.authors.append(name)
        elif head.authors and is_house(line):
            head.bylines[-1] += f", {line}"
        elif (kind := judge(line)) is not None:
            head.dropped.append(Dropped(kind=kind, text=line))
        elif (
            not head.abstract
            and not head.bylines
            and not head.dated
            and words(line) <= 45  # noqa: PLR2004 # a dek, not a paragraph
            and any(_is_meta(c) for c in coming[:2])
        ):
            head.abstract = line
        else:
            break
        place += 1
    return place


def _first_name(head: _Head, coming: list[str]) -> bool:
    """Say whether a name right under the headline is a byline though nothing else says so: prose follows."""
    said_nothing = not (head.bylines or head.dated or head.abstract)
    return said_nothing and bool(coming) and words(coming[0]) >= 12  # noqa: PLR2004 # a paragraph


def _another(head: _Head, coming: list[str]) -> bool:
    """Say whether a name under a byline is a second author's: a role or the date follows it."""
    return bool(head.authors) and not head.dated and any(_is_meta(c) for c in coming[:1])


def _is_meta(line: str) -> bool:
    return read_date_line(line) is not None or read_byline(line) is not None


def _named_byline(line: str) -> bool:
    found = read_byline(line)
    return found is not None and bool(re.match(r"by\b", line, re.IGNORECASE))


def _is_kicker(line: str) -> bool:
    return re.sub(r"[^a-z&]", "", line.lower().replace(" and ", "&")) in _KICKERS


def _headline_follows(lines: list[str], place: int) -> bool:
    coming = _coming(lines, place)
    return bool(coming) and not _is_meta(coming[0]) and is_headline_like(coming[0])


def _coming(lines: list[str], place: int) -> list[str]:
    """Return the next lines that say something, tidied."""
    return [line for line in map(tidy, lines[place + 1 : place + 12]) if line][:3]


def _next(lines: list[str], place: int) -> int:
    while place < len(lines) and not tidy(lines[place]):
        place += 1
    return place


def _read_body(blocks: Iterable[Block], collector: Collector) -> None:
    for block in blocks:
        if block.is_head:
            collector.head(block.text)
        else:
            for paragraph, kind in block.typed:
                collector.paragraph(paragraph, kind)
