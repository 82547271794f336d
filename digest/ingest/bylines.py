"""Bylines: who wrote an article, as far as the line names persons.

A byline is kept as it was written; `authors` are the persons in it, without roles, agencies and houses.
"""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001
# Lists of words are easier to read and to add to as words.
# ruff: noqa: SIM905

from __future__ import annotations

import re
from dataclasses import dataclass

from digest.ingest import tongues
from digest.ingest.plain import tidy, words

_I = re.IGNORECASE
_BY = re.compile(
    r"^(?:(?:story|article|text|words|written|reported|reporting|review|column|opinion|posted|published)\s+)?"
    rf"(?:by\b|{tongues.BY}|(?:authors?|writers?|reporters?|byline)\s*:)\s*:?\s*",
    _I,
)
_ROLE_WORDS = (
    r"staff|writers?|reporters?|editors?|correspondents?|columnists?|contributors?|contributing|photographers?|"
    r"critics?|journalists?|illustrators?|cartoonists?|interns?|producers?|designers?|bureau|chief|"
    r"editor-in-chief|co-editor|board|columnist|opinions?|managing|senior|associate|assistant|news|sports|arts|"
    r"culture|metro|features|science|university|campus|investigations?|guest|special|deputy|copy|web|digital|"
    r"multimedia|data|podcast|desk|team|reports?|wire|services?|admin(?:istrator)?|webmaster|newsroom|editorial|"
    r"the|of|and|&|to|for|at|in|a|an|by"
)
_ROLE_CORE = re.compile(
    r"\b(?:staff|writers?|reporters?|editors?|correspondents?|columnists?|contributors?|contributing|"
    r"photographers?|critics?|journalists?|illustrators?|cartoonists?|interns?|producers?|editor-in-chief|"
    r"board|bureau|admin|administrator|webmaster|newsroom|wire|reports|desk|team|editorial|services?)\b",
    _I,
)
_AGENCY = re.compile(
    r"^(?:the )?(?:associated press|ap|reuters|afp|agence france-presse|upi|tribune news service|"
    r"bloomberg(?: news)?|cnn|bbc(?: news)?|npr|pa media|dpa|guest|anonymous|unknown|user|author|none|"
    r"no author|"
    r".*\b(?:press|news|times|post|herald|daily|tribune|gazette|chronicle|magazine|media|review|journal|"
    r"staff|agency|university|college|department|council|committee|association|inc\.?|llc))$",
    _I,
)
_WIRE = re.compile(
    r"^(?:the )?(?:associated press|reuters|agence france-presse|tribune news service|bloomberg news|"
    r"(?:special|exclusive) to (?:the )?\S+(?: \S+){0,3}|"
    r"(?:from )?(?:wire|staff)(?: and wire)? (?:reports|services))$",
    _I,
)
_THE_DAILY = re.compile(r"(?:The|Daily|The Daily) (?:[A-Z]\w+ ?){1,4}$")
_PHOTO_BY = re.compile(r"^(?:photos?|photograph(?:s|y)?|illustrations?|graphics?|videos?|media) by\b", _I)
_HOUSE = re.compile(
    r"^(?:herald|times|post|daily|news|tribune|gazette|chronicle|press|sun|star|journal|review|observer|globe|"
    r"crimson|spectator|record|bulletin|mail|register|independent|guardian|weekly|collegian|light)$",
    _I,
)
_BODY_ROLE = re.compile(r"(?:staff(?: reports?)?|board|desk|team|bureau|newsroom)$", _I)
_ONE_ROLE = re.compile(r"(?:writers?|reporters?|editors?|correspondents?|columnists?)$", _I)
_PARTICLES = frozenset(
    "de da di do dos das del della der den van von la le el al bin ibn ben y e zu af av".split()
)
_SUFFIX = re.compile(r"^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d|esq)\.?$", _I)
_YEAR = re.compile(r"\s+(?:[’'‘]\d\d(?:\.\d)?|GS|MD[’']\d\d)(?=\s|,|$)")
_NAME_WORD = re.compile(r"^[^\W\d_][\w’'.‘-]*$")
_SEPARATOR = re.compile(r"\s*(?:,\s*(?:and\s+|&\s*)?|;\s*|\s+and\s+|\s+&\s+|\s+with\s+)\s*", _I)
# "for The Herald", "in Valve on 1 June", "December 28, 2016": what may follow a name.
_BEYOND = re.compile(
    r"\s+(?:(?:in|on|for|at|from|via)\s+.*|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+\d.*)$",
    _I,
)
_ROLE_AFTER = re.compile(
    rf"(?<=\w)\s+(?:(?:{_ROLE_WORDS})\s+)*(?:writer|reporter|editor|correspondent|columnist|contributor|photographer)s?$",
    _I,
)
_MIN_NAME_WORDS, _MAX_NAME_WORDS = 2, 6


@dataclass(frozen=True, slots=True)
class Byline:
    """A byline as written, and the persons it names."""

    text: str
    authors: tuple[str, ...]


def is_role(text: str) -> bool:
    """Say whether a text is nothing but a role or a desk: "Senior Staff Writer", "Herald News Staff"."""
    if words(text) > 7 or not _ROLE_CORE.search(text):  # noqa: PLR2004 # longer is a sentence
        return False
    if re.match(r"(?:to|dear)\b.*[:,]$", text, _I):  # "To the Editor:" opens a letter
        return False
    rest = re.sub(rf"\b(?:{_ROLE_WORDS})\b", "", text, flags=_I)
    left = re.findall(r"[^\W\d_][\w’'.-]*", rest)
    if not left:
        return True
    # A house may stand before the role: "Herald Staff Writer", "Daily Herald Editorial Board". Two words
    # that are no house's before the role of one person are that person: "Ana Núñez Staff Writer".
    if len(left) > 3 or re.search(r",|\band\b", text):  # noqa: PLR2004 # the longest houses
        return False
    house = len(left) == 1 or any(_HOUSE.search(part) for part in left)
    return bool(_BODY_ROLE.search(text) or (house and _ONE_ROLE.search(text)))


def is_name(text: str) -> bool:
    """Say whether a text looks like the name of one person."""
    parts = _YEAR.sub("", text).split()
    if not _MIN_NAME_WORDS <= len(parts) <= _MAX_NAME_WORDS or not all(_NAME_WORD.match(p) for p in parts):
        return False
    if _AGENCY.match(text) or is_role(text):
        return False
    capital = [p for p in parts if p.lower() not in _PARTICLES]
    return len(capital) >= _MIN_NAME_WORDS and all(p[0].isupper() or p[1:2].isupper() for p in capital)


def persons(text: str) -> tuple[str, ...]:
    """Return the persons a list of names holds, roles, agencies, addresses and class years cut off."""
    text = re.sub(r"\([^)]*\)|\S+@\S+|https?://\S+", " ", text)
    text = _YEAR.sub("", tidy(_BY.sub("", tidy(text))))
    names: list[str] = []
    for part in re.split(r"\s*[|•·/]\s*|\s+[–—-]\s+|\s{2,}", text):
        if _PHOTO_BY.match(part):
            continue
        for raw in _SEPARATOR.split(_without_role(_BEYOND.sub("", part))):
            jr = re.search(r"\b(?:Jr|Sr)\.$", raw.strip())
            name = _BY.sub("", raw.strip() if jr else raw.strip(" .:;,"))
            name = name if is_role(name) else _ROLE_AFTER.sub("", name)
            if _SUFFIX.match(name) and names:
                names[-1] += f", {name}" if name[0] in "JjSs" else f" {name}"
            elif name and not is_role(name) and not _AGENCY.match(name) and _fits(name) and name not in names:
                names.append(name)
    return tuple(names)


def _without_role(text: str) -> str:
    """Cut a role off the end before it is divided: "Jane Doe, Arts & Culture Editor"."""
    head, mark, role = text.rpartition(", ")
    return head if mark and is_role(role) else text


def names_only(text: str) -> bool:
    """Say whether a line is nothing but the names of persons: "Jane Doe and John Roe"."""
    parts = [part for part in _SEPARATOR.split(text) if part]
    return bool(parts) and all(is_name(part) for part in parts)


def is_house(text: str) -> bool:
    """Say whether a line names nothing but a paper or an agency: "The Stanford Daily"."""
    parts = text.split()
    if not 1 < len(parts) <= 6 or text.endswith((".", "?", "!")):  # noqa: PLR2004 # the longest names of papers
        return False
    return _AGENCY.match(text) is not None and all(p[0].isupper() or p in {"of", "the", "and"} for p in parts)


def name_and_house(text: str) -> str:
    """Return the name in "John Roe / Herald" or "Jane Doe, Yale Daily News"; empty for any other line."""
    head, mark, house = (part.strip() for part in _first_split(text))
    known = _HOUSE.match(house) or is_house(house) or _THE_DAILY.match(house)
    return head if mark and known and is_name(head) else ""


def _fits(name: str) -> bool:
    parts = name.split()
    if re.search(r"\b(?:twitter|facebook|instagram|e-?mail|follow)\b", name, _I):
        return False
    return (
        len(parts) <= _MAX_NAME_WORDS
        and all(_NAME_WORD.match(p) for p in parts)
        and not _ROLE_CORE.search(name)
        and not re.match(
            r"(?:on|at|for|from|in|of|is|the|special|university|updated|published|follow|twitter|facebook|e-?mail|contact|photo|illustration|more|read|posted|view)\b",
            name,
            _I,
        )
    )


def byline_of(names: tuple[str, ...]) -> str:
    """Return "By A, B and C"; empty without names."""
    if not names:
        return ""
    return "By " + (names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}")


def read_byline(line: str) -> Byline | None:  # noqa: PLR0911 # one shape, one answer
    """Read a line that is a byline: "By …", a role alone, or "Name, role"; None for any other line.

    A role alone ("Staff Writer") is a byline and names nobody.
    """
    line = tidy(line)
    count = words(line)
    if not 1 <= count <= 25 or len(line) > 200:  # noqa: PLR2004 # longer is a sentence
        return None
    if _BY.match(line):
        rest = _BY.sub("", line)
        who = persons(rest)
        if who and not _sentence_like(rest, who):
            return Byline(line, who)
        house = rest.rstrip(".")
        return Byline(line, ()) if is_role(house) or _AGENCY.match(house) else None
    if is_role(line) or _WIRE.match(line):
        return Byline(line, ())
    named = _ROLE_AFTER.sub("", line)
    if named != line and is_name(named):
        return Byline(line, persons(named))
    head, mark, role = (part.strip() for part in _first_split(line))
    if mark and is_role(role) and (who := persons(head)) and all(is_name(name) for name in who):
        return Byline(line, who)
    return None


def _first_split(line: str) -> tuple[str, str, str]:
    found = re.search(r"\s*[|•·/]\s*|\s+[–—-]\s+|,\s+(?=[^,]*$)", line)
    return (line[: found.start()], found.group(), line[found.end() :]) if found else (line, "", "")


def _sentence_like(rest: str, who: tuple[str, ...]) -> bool:
    """Say whether "By …" goes on like a sentence: "By Monday the bridge had opened.”."""
    if rest.endswith((".", "!", "?", "…")) and not re.search(r"\b(?:[A-Z]|Jr|Sr|Ph\.?D|M\.?D)\.$", rest):
        return True
    first = who[0].split()
    lower = [p for p in first if p[0].islower() and p not in _PARTICLES]
    return bool(lower) or (len(first) == 1 and words(rest) > 3)  # noqa: PLR2004 # "By Monday, three had left"
