"""How a page is compared with an article we hold: is it the same one, and has the paper edited it?

Two readings of one text differ by spaces, quotation marks and stray lines. None of these is an edit.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from posixpath import basename
from urllib.parse import urlsplit

from digest.model.article import Article, Image

_SHINGLE = 4
_SAME_TEXT = 0.9
_SAME_STORY = 0.5
_SHARED_WORDS = 1 / 3
_REWORDED = 0.5
_MOST_COMPARED = 40
_LONGEST_COMPARED = 2000
_CLOCKS_DIFFER = timedelta(minutes=1)


def letters(text: str) -> str:
    """Return the letters and digits of a text, in one case: what no typography changes."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def tells_of(headlines: Iterable[str], page: Article, article: Article) -> bool:
    """Say whether a page is an article's own, and no consent wall, front page or other story.

    Args:
        headlines: what the page calls itself, wherever it says so.
        page: the page as it was read.
        article: the article we hold.
    """
    known = _words(article.headline)
    for words in map(_words, (*headlines, page.headline)):
        if not known or len(known & words) > _SHARED_WORDS * min(len(known), len(words)):
            return True
    return _share(article, page) >= _SAME_STORY


def is_edited(page: Article, article: Article) -> bool:
    """Say whether the paper edited the body, which both hold, since we read it.

    It is if a paragraph was reworded. Paragraphs that only came or went may be due to how two
    documents are read: they count if the page says that it was changed after what we hold.
    """
    if _share(article, page) < _SAME_TEXT:
        return False  # another cut of the text: ours did not come from this page
    now, then = letters(page.text), letters(article.text)
    gone = [text for text in article.paragraphs if letters(text) not in now]
    come = [text for text in page.paragraphs if letters(text) not in then]
    if any(_reworded(old, new) for old in gone[:_MOST_COMPARED] for new in come[:_MOST_COMPARED]):
        return True
    return bool(gone or come) and _later(page, article)


def same_picture(one: Image, other: Image) -> bool:
    """Say whether two addresses lead to one picture in other sizes: "bridge.jpg", "bridge-300x200.jpg"."""
    return bool(_stem(one)) and _stem(one) == _stem(other)


def _stem(image: Image) -> str:
    name = basename(urlsplit(image.url).path).rpartition(".")[0]
    return re.sub(r"(?:[-_.](?:sized-)?\d{2,4}x\d{2,4}|-scaled)+$", "", name).casefold()


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(word for word in found if len(word) > 3) or frozenset(found)  # noqa: PLR2004 # the, and, of


def _share(article: Article, page: Article) -> float:
    """Return which share of an article's runs of four words stands in a page's text; 0 without any."""
    ours, theirs = _runs(article.text), _runs(page.text)
    return len(ours & theirs) / len(ours) if ours else 0.0


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    found = re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())
    return frozenset(tuple(found[at : at + _SHINGLE]) for at in range(max(len(found) - _SHINGLE + 1, 0)))


def _reworded(old: str, new: str) -> bool:
    # Counted, not aligned: aligning takes quadratic time, and a page may be written to take it.
    one, other = (Counter(text[:_LONGEST_COMPARED].split()) for text in (old, new))
    return 2 * (one & other).total() >= _REWORDED * (one.total() + other.total())


def _later(page: Article, article: Article) -> bool:
    return (
        page.updated_at is not None
        and article.updated_at is not None
        and page.updated_at > article.updated_at + _CLOCKS_DIFFER
    )
