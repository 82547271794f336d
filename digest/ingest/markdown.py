"""Markdown articles: YAML front matter over CommonMark, as static sites and editors write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from digest.errors import ArticleUnreadable
from digest.ingest.bylines import byline_of, persons, read_byline
from digest.ingest.clean import clean_html
from digest.ingest.dates import read_date_line
from digest.ingest.frontmatter import moment_of, names_of, split_front_matter, words_of
from digest.ingest.links import clean_link
from digest.ingest.plain import decode, lines_of, tidy
from digest.model.article import Article, Image


def read_markdown(raw: bytes | str, *, source: str, guid: str, zone: tzinfo) -> Article:
    """Read a Markdown file into an article.

    Front matter keys: `headline` or `title`, `byline`, `author(s)`, `published_at` or `date`, `section(s)`,
    `url`, `guid`, `image`, `image_alt`, `image_credit`, `image_caption`, `abstract`, `language`,
    `correction`, `editors_pick`. Without a headline there, the first `#` line is it.

    Args:
        raw: the file, or its text.
        source: name of the source it came from.
        guid: what identifies it there, unless the front matter says otherwise.
        zone: the paper's zone, for times written without one.

    Raises:
        ArticleUnreadable: no valid front matter, no headline or no body.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 # 25 ms that only Markdown pays

    text = "\n".join(lines_of(decode(raw) if isinstance(raw, bytes) else raw)).lstrip("\ufeff")
    data, rest = split_front_matter(text)
    headline = words_of(data, "headline", "title")
    written = _Lines()
    if not headline:
        headline, rest = _first_head(rest)
        written, rest = _lines_below(rest)
    if not headline:
        raise ArticleUnreadable("there is no headline; write `headline: …` into the front matter")
    byline = words_of(data, "byline") or written.byline
    authors = tuple(dict.fromkeys(n for name in names_of(data, "authors", "author") for n in persons(name)))
    if not words_of(data, "byline") and authors:
        byline = byline_of(authors)
    elif not byline:
        byline = byline_of(authors) or ", ".join(names_of(data, "authors", "author"))
    elif not authors:
        authors = persons(byline)
    markup = MarkdownIt("commonmark", {"html": False}).enable("table").render(rest)
    cleaned = clean_html(markup, headline=headline, authors=authors)
    if not cleaned.passages:
        raise ArticleUnreadable("there is a headline but no text under it")
    return Article(
        source=source,
        guid=words_of(data, "guid", "id") or guid,
        url=clean_link(words_of(data, "url", "link", "canonical_url")),
        headline=headline,
        byline=byline,
        authors=authors,
        published_at=moment_of(data, "published_at", "published", "date", zone=zone) or written.published_at,
        sections=names_of(data, "sections", "section", "categories", "category"),
        body=cleaned.passages,
        image=_image(data) or next(iter(cleaned.pictures), None),
        language=words_of(data, "language", "lang") or None,
        abstract=words_of(data, "abstract", "summary", "description", "dek", "subhead"),
        correction=words_of(data, "correction") or cleaned.correction,
        editors_pick=data.get("editors_pick") is True,
        dropped=cleaned.dropped,
    )


@dataclass(slots=True)
class _Lines:
    """What lines between the headline and the text say where there is no front matter."""

    byline: str = ""
    published_at: datetime | date | None = None


def _lines_below(text: str) -> tuple[_Lines, str]:
    """Read the byline and date lines at the top of a text; return them and what is left."""
    found = _Lines()
    lines = text.split("\n")
    while lines:
        line = tidy(lines[0]).strip("*_ ")
        dated, byline = read_date_line(line), read_byline(line)
        if dated is not None and found.published_at is None:
            found.published_at = None if dated.updated else dated.value
        elif byline is not None and not found.byline:
            found.byline = line
        elif line:
            break
        del lines[0]
    return found, "\n".join(lines)


def _image(data: dict[str, object]) -> Image | None:
    inside = data.get("image")
    if isinstance(inside, dict):  # image: {url: …, alt: …, credit: …}
        data = {f"image_{key}": value for key, value in inside.items()}
    url = words_of(data, "image_url", "image_src") if isinstance(inside, dict) else words_of(data, "image")
    if not url:
        return None
    return Image(
        url=url,
        alt=words_of(data, "image_alt"),
        credit=words_of(data, "image_credit"),
        caption=words_of(data, "image_caption"),
    )


def _first_head(text: str) -> tuple[str, str]:
    """Return the first line, where it is a `# head` or underlined with `=`, and the text below it."""
    first, _, rest = text.lstrip("\n").partition("\n")
    rule, _, below = rest.partition("\n")
    if tidy(first) and re.fullmatch(r"={3,}\s*", rule):
        return tidy(first), below
    if first.startswith("# "):
        return tidy(first[2:].rstrip("# ")), rest
    return "", text
