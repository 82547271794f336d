"""Dates, read by ourselves: feedparser takes CEST for UTC, an epoch for 1806, and drops zone-less times.

The rule: an aware datetime where day, time and zone are known; the bare date where the zone is not; None
for anything absurd. A wrong date is worse than none.
"""

# The quotation marks and dashes of newspapers are what is read here.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from digest.ingest import tongues
from digest.ingest.plain import tidy

_I = re.IGNORECASE
# RFC 822 names and those that feeds and papers write; where a name has two meanings, the commoner in feeds.
_ZONE_HOURS = {
    "ut": 0, "gmt": 0, "utc": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1,
    "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "sast": 2, "cat": 2, "wat": 1, "eest": 3, "eat": 3, "msk": 3,
    "trt": 3, "gst": 4, "pkt": 5, "ist": 5.5, "npt": 5.75, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "pht": 8,
    "myt": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "acdt": 10.5, "aest": 10, "aedt": 11, "nzst": 12,
    "nzdt": 13, "nst": -3.5, "ndt": -2.5, "brt": -3, "art": -3, "ast": -4, "adt": -3, "est": -5, "edt": -4,
    "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "akdt": -8, "hst": -10,
}  # fmt: skip
_ZONE_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier enero gennaio",
            "feb february februar février febrero febbraio",
            "mar march märz mars marzo",
            "apr april avril abril aprile",
            "may mai mayo maggio",
            "jun june juni juin junio giugno",
            "jul july juli juillet julio luglio",
            "aug august août agosto",
            "sep sept september septembre septiembre settembre",
            "oct october okt oktober octobre octubre ottobre",
            "nov november novembre noviembre",
            "dec december dez dezember décembre diciembre dicembre",
        ),
        start=1,
    )
    for name in f"{names} {tongues.MONTHS[number - 1]}".split()
}
_WEEKDAY = (
    r"(?:(?P<weekday>mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|\w+day|\w+tag|\w+di|"
    rf"dimanche|lunes|martes|miércoles|jueves|viernes|sábado|domingo|{tongues.WEEKDAY})\b\.?[,،]?\s+(?:the\s+)?)?"
)
_TIME = (
    r"(?:[\s,|•·@T–—-]*(?:at\s+)?(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[ap]\.?\s?m\.?)?(?:\s*(?P<zone>[+-]\d\d:?\d\d|\(?[A-Za-z]{1,5}\)?(?:[+-]\d\d:?\d\d)?))?)?"
)
_DAY_MONTH = (
    r"(?:(?P<m1>[^\W\d_]{3,10})\.?\s+(?P<d1>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y1>\d{4})"
    r"|(?P<d2>\d{1,2})(?:st|nd|rd|th|er|º|\.)?[\s-]+(?:(?:of|de|del)\s+)?(?P<m2>[^\W\d_]{3,10})\.?,?[\s-]+(?:del?\s+)?(?P<y2>\d{4}|\d\d(?=[\s,]))"
    r"|(?P<y3>\d{4})[-/.](?P<m3>\d{1,2})[-/.](?P<d3>\d{1,2})"
    r"|(?P<a4>\d{1,2})(?P<sign>[/.-])(?P<b4>\d{1,2})(?P=sign)(?P<y4>\d{4}|\d\d(?!\d)))"
)
_WHOLE = re.compile(rf"^{_WEEKDAY}{_DAY_MONTH}{_TIME}\W*$", _I)
_LABEL = re.compile(
    r"^(?:(?:first |originally |last )?(?:published|posted|date|issued|created|filed|print(?:ed)?|"
    rf"publication date|issue date)\s*(?:on\s*|in print\s*)?[:–—-]?|on|{tongues.ON})\s+",
    _I,
)
_UPDATED = re.compile(r"^(?:last )?(?:updated?|modified|edited|revised)\b", _I)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)$")
# A day without its year, or a month or season without its day: a date line that dates nothing.
_VAGUE = re.compile(
    r"^(?:(?:spring|summer|fall|autumn|winter)\s+\d{4}|"
    rf"{_WEEKDAY}(?P<month>[^\W\d_]{{3,10}})\.?\s+(?:\d{{1,2}}(?:st|nd|rd|th)?|\d{{4}}))$",
    _I,
)
_EPOCH = date(1970, 1, 1)
_FIRST_YEAR = 1700


@dataclass(frozen=True, slots=True)
class DateLine:
    """A line that is a date: its value (None where day and month cannot be told apart), and if updated."""

    value: datetime | date | None
    updated: bool = False


def read_date_line(line: str) -> DateLine | None:
    """Read a line that consists of a date and perhaps a time; None for any other line."""
    line = tidy(line)
    updated = bool(_UPDATED.match(line))
    line = _LABEL.sub("", _UPDATED.sub("", line).lstrip(" :-–—") if updated else line)
    line = re.sub(r"^on\s+", "", line, flags=_I)
    found = _WHOLE.match(line)
    if not found or len(line) > 80:  # noqa: PLR2004 # a date, a time, a zone
        vague = _VAGUE.match(line)
        known = vague is not None and (vague["month"] is None or vague["month"].lower() in _MONTHS)
        return DateLine(None, updated) if known else None
    month = found["m1"] or found["m2"]
    if month and month.lower() not in _MONTHS:
        return None
    return DateLine(_value(found), updated)


def read_moment(text: str, *, now: datetime | None = None) -> datetime | date | None:
    """Read a date of a feed, a page or a front matter: RFC 822, RFC 3339, ISO 8601 and what resembles them.

    `now` bounds the future: a date more than two days ahead is None.
    """
    text = tidy(text)[:100]
    iso = re.match(r"^(\d{4}-\d\d-\d\d)[Tt ](\d\d)(\d\d)(\d\d)?(.*)$", text)
    if iso:  # basic time format
        text = f"{iso[1]}T{iso[2]}:{iso[3]}{iso[5]}"
    compact = re.match(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?)?(Z|[+-]\d\d:?\d\d)?$", text)
    if compact:
        hour = f"T{compact[4]}:{compact[5]}{compact[7] or ''}" if compact[4] else ""
        text = f"{compact[1]}-{compact[2]}-{compact[3]}{hour}"
    found = _WHOLE.match(text)
    value = _value(found) if found else None
    return sane(value, now=now)


def sane(value: datetime | date | None, *, now: datetime | None = None) -> datetime | date | None:
    """Return a date that a newspaper can have; None for the epoch, zero dates and the future."""
    if value is None:
        return None
    day = value.date() if isinstance(value, datetime) else value
    if day.year < 1900 or day == date(1900, 1, 1) or abs(day - _EPOCH) <= timedelta(days=1):  # noqa: PLR2004
        return None
    if now is not None and day > (now + timedelta(days=2)).date():
        return None
    return value


def _value(found: re.Match[str]) -> datetime | date | None:  # noqa: PLR0911 # each doubt ends it
    year, month, day = _day(found)
    try:
        whole = date(year, month, day)
    except ValueError:
        return None
    if not _FIRST_YEAR <= year <= 2200:  # noqa: PLR2004 # a typing error
        return None
    if found["hour"] is None or found["zone"] is None or (found["minute"] is None and found["half"] is None):
        return whole
    hour = int(found["hour"])
    if found["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 # the clock of a.m. and p.m.
            return whole
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    zone = read_zone(found["zone"].strip("()"))
    if zone is None:
        return whole
    try:
        minute, second = int(found["minute"] or 0), min(int(found["second"] or 0), 59)
        return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return whole


def _day(found: re.Match[str]) -> tuple[int, int, int]:
    """Return year, month, day; month 0 where they cannot be told apart."""
    if found["m1"]:
        return int(found["y1"]), _MONTHS.get(found["m1"].lower(), 0), int(found["d1"])
    if found["m2"]:
        year = int(found["y2"])
        if len(found["y2"]) == 2:  # noqa: PLR2004 # RFC 822 wrote two digits
            year += 2000 if year < 70 else 1900  # noqa: PLR2004 # as POSIX reads them
        return year, _MONTHS.get(found["m2"].lower(), 0), int(found["d2"])
    if found["y3"]:
        return int(found["y3"]), int(found["m3"]), int(found["d3"])
    first, second, year = int(found["a4"]), int(found["b4"]), int(found["y4"])
    if len(found["y4"]) == 2:  # noqa: PLR2004 # as above
        year += 2000 if year < 70 else 1900  # noqa: PLR2004
    if first > 12 or first == second:  # noqa: PLR2004 # 13/4 and 4/4 say it themselves
        return year, second, first
    if second > 12:  # noqa: PLR2004
        return year, first, second
    fits = [(m, d) for m, d in ((first, second), (second, first)) if _falls_on(year, m, d, found["weekday"])]
    return (year, *fits[0]) if len(fits) == 1 else (year, 0, 0)


def _falls_on(year: int, month: int, day: int, weekday: str | None) -> bool:
    """Say whether a day falls on the weekday written before it, which then tells day and month apart."""
    try:
        return bool(weekday) and date(year, month, day).strftime("%a").lower() == str(weekday)[:3].lower()
    except ValueError:
        return False


def read_zone(name: str) -> tzinfo | None:
    """Return the zone an abbreviation or offset names; None if nobody can say."""
    offset = _OFFSET.search(name)
    if offset:
        sign = -1 if offset[1] == "-" else 1
        minutes = int(offset[2]) * 60 + int(offset[3])
        return timezone(sign * timedelta(minutes=minutes)) if minutes < 15 * 60 else None
    key = name.lower()
    if key in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[key]))
    return ZoneInfo(_ZONE_PLACES[key]) if key in _ZONE_PLACES else None
