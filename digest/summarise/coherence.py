"""The rules that make a summary fit to print: which sentences may stand, and which need another.

A sentence that opens with a pronoun or connective, or with a quotation whose speaker is named in the
sentence before it, *leans*: it may be printed only right behind its predecessor. Heads, captions, calls,
corrections, fragments, torn quotations and quotations of nobody are *unfit*: they are never printed.
"""

# ruff: noqa: RUF001 - typographic signs are what these rules are about

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from digest.model.article import Article
from digest.summarise.sentences import split_sentences
from digest.summarise.words import DEMONSTRATIVES, LEADS_IN, OPENERS, PRONOUNS, SPEECH

MAX_TEXT = 20_000
"""Characters of an article that are read for its summary: some 3,000 words, and little of a flood."""
LEAST_WORDS = 5
_WORD = re.compile(r"[^\W_]+(?:[’'.-][^\W_]+)*")
_SCRIPT_WITHOUT_SPACES = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ENDED = re.compile(r"[.!?…؟۔।॥。！？｡][\"”“’'»)\]」』）\s\u200e\u200f]*\Z")
_LEADING = re.compile(r"[\s—–•*-]+")
QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"|「[^」]*」")
QUOTE_START = re.compile(r"\W*[“„«\"「]")
_LISTED = re.compile(
    r"the (?:first|second|third|fourth|fifth|former|latter|others?|two|three|four|pair|trio|duo|same) "
    r"(?:is|are|was|were|has|have|had|will|would|can|could|came|also|both|then|said)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"(?:none|some|many|most|all|any|one|each|few|several|two|three|four|half|much|part) of "
    r"(?:these|those|them|this|that|it|his|her|their)\b|.*\b(?:these|those|such) things\b",
    re.IGNORECASE | re.DOTALL,
)
_SOON = 5  # words
_OPENING = 120  # signs
_CALL = re.compile(
    r"\b(?:subscribe|sign up|newsletter|click here|read more|follow us|like us on"
    r"|all rights reserved|(?:photo|image|graphic|illustration)s?\s*(?:by|:|courtesy)|courtesy of"
    r"|correction\s*:|clarification\s*:|editor[’']s note|earlier version of this"
    r"|has been (?:updated|corrected)"
    r"|(?:was|were) corrected|contact the (?:writer|author|reporter)|can be reached at|contributed to this"
    r"|comments are closed|submit a (?:letter|tip)|this (?:story|article) (?:was|is|has))\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://|www\.|[\w.+-]@[\w-]")
_PAIRS = (("“", "”"), ("«", "»"), ("「", "」"), ("(", ")"), ("[", "]"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of an article: its place in `article.text`, and what the rules say of it.

    `unfit` names the rule by which it is never printed, empty for one that may be; `leans` says that it is
    printed only right behind its predecessor.
    """

    text: str
    start: int
    end: int
    unfit: str = ""
    leans: bool = False

    @property
    def fit(self) -> bool:
        """Say whether it may be printed at all."""
        return not self.unfit


def read_sentences(article: Article, *, most: int = MAX_TEXT) -> tuple[Sentence, ...]:
    """Return the sentences of an article's body with the verdict of the rules on each.

    Only the first `most` characters are read: to the last paragraph that ends there, or to the last
    sentence, where a single paragraph is too long to be left out.
    """
    text = article.text
    if len(text) > most:
        whole = text.rfind("\n\n", most // 2, most)
        spans = split_sentences(text[:most])[:-1] if whole < 0 else split_sentences(text[:whole])
    else:
        spans = split_sentences(text)
    # Heads and captions are told from sentences by their full stop, where the language uses one at all.
    stops = any(_ENDED.search(text[start:end]) for start, end in spans)
    openers = OPENERS.get((article.language or "en").casefold().split("-")[0], OPENERS["en"])
    sentences: list[Sentence] = []
    before = ""
    for start, end in spans:
        said = text[start:end]
        unfit = find_unfit(said)
        dangling = leans(said, openers)
        if stops and not _ENDED.search(said):
            unfit = unfit or "no full stop: a head or a caption"
        elif dangling and QUOTE_START.match(said) and not _speaks(before):
            unfit = unfit or "a quotation of nobody"
        sentences.append(Sentence(text=said, start=start, end=end, unfit=unfit, leans=dangling))
        before = said
    return tuple(sentences)


def find_unfit(sentence: str) -> str:
    """Return the rule by which a sentence may never be printed; empty if it is whole and no call."""
    if count_words(sentence) < LEAST_WORDS:
        return f"a fragment of fewer than {LEAST_WORDS} words"
    if sentence.rstrip("”\"’' ").endswith(":"):
        return "ends in a colon"
    if sentence.count('"') % 2 or any(sentence.count(low) != sentence.count(high) for low, high in _PAIRS):
        return "a torn quotation or bracket"
    if _CALL.search(sentence) or _LINK.search(sentence):
        return "a call, a credit, a correction or a link"
    return ""


def leans(sentence: str, openers: frozenset[str] = OPENERS["en"]) -> bool:
    """Say whether a sentence can be understood only behind the one before it."""
    plain = _LEADING.sub("", sentence, count=1) if _LEADING.match(sentence) else sentence
    if QUOTE_START.match(plain):
        return not _names_its_speaker(plain)
    words = _WORD.findall(plain[:_OPENING])
    if not words or words[0][0].islower() or words[0].casefold() in openers:
        return True
    if _LISTED.match(plain) or _SHARED.match(plain, 0, _OPENING):
        return True
    return words[0].casefold() in LEADS_IN and _points_away(words[1:_SOON])


def _points_away(words: Sequence[str]) -> bool:
    """Say whether a pronoun comes before any name it could stand for."""
    for place, word in enumerate(words):
        folded = word.casefold()
        if folded in PRONOUNS or (place == 0 and folded in DEMONSTRATIVES):
            return True
        if word[0].isupper():
            return False
    return False


def _names_its_speaker(sentence: str) -> bool:
    """Say whether what stands outside the quotation marks says who speaks, and not by a pronoun alone."""
    words = _WORD.findall(QUOTED.sub(" ", sentence))
    named = any(word[0].isupper() and word.casefold() not in PRONOUNS for word in words)
    return _speaks(sentence) and named and words[0].casefold() not in PRONOUNS


def _speaks(sentence: str) -> bool:
    """Say whether a verb of speech stands outside the quotation marks."""
    return any(word.casefold() in SPEECH for word in _WORD.findall(QUOTED.sub(" ", sentence)))


def count_words(text: str) -> int:
    """Count words; where a script sets no spaces, two signs count as one."""
    return max(len(text.split()), len(_SCRIPT_WITHOUT_SPACES.findall(text)) // 2)
