"""Articles, editions, newsletters, addresses: what is true of them by themselves."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from digest.errors import AddressRefused, IllegalMove
from digest.model.edition import EDITION_MOVES, EditionState, check_edition_move
from digest.model.newsletter import Newsletter
from digest.model.subscriber import fold_address, parse_address
from digest.testing.factories import make_article, make_edition, make_image, make_printed


def test_an_article_with_a_time_of_no_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        make_article(published_at=datetime(2026, 4, 14, 6))  # noqa: DTZ001 - that is the mistake
    assert make_article(published_at=date(2026, 4, 14)).published_at == date(2026, 4, 14)


def test_text_is_the_paragraphs_joined_by_one_blank_line() -> None:
    article = make_article()
    assert article.text.count("\n\n") == len(article.paragraphs) - 1
    assert "What it cost" not in article.text
    assert article.words == len(article.text.split())


def test_the_fingerprint_changes_with_what_a_reader_would_notice_and_with_nothing_else() -> None:
    article = make_article(image=make_image(url="https://a.example/x.jpg?w=100"))
    for same in (
        {"editors_pick": True},
        {"sections": ("Arts",)},
        {"image": make_image(url="https://b.example/x.jpg?w=200")},
    ):
        assert dataclasses.replace(article, **same).fingerprint == article.fingerprint
    for other in ({"headline": "x"}, {"body": ()}, {"correction": "x"}, {"image": None}, {"byline": "x"}):
        assert dataclasses.replace(article, **other).fingerprint != article.fingerprint


def test_a_picture_is_printable_with_a_credit_and_known_size() -> None:
    assert make_image().printable
    assert not make_image(credit="  ").printable
    assert not make_image(width=None).printable
    assert not make_image(height=None).printable


def test_an_edition_names_its_stories_in_reading_order() -> None:
    edition = make_edition()
    assert [brief.article_id for brief in edition.stories] == [1, 2, 3, 4, 5, 6]
    assert [brief.article_id for brief in edition.briefs] == [1, 2, 3, 4, 5]
    assert make_edition(lead=None, sections=(), headlines=()).stories == ()
    assert edition.briefs[0].summary.text.startswith("The harbour bridge")


def test_a_frozen_edition_stays_as_it_is() -> None:
    for before in EditionState:
        for after in EditionState:
            if after in EDITION_MOVES[before]:
                check_edition_move(before, after)
            else:
                with pytest.raises(IllegalMove):
                    check_edition_move(before, after)
    assert EDITION_MOVES[EditionState.PUBLISHED] == EDITION_MOVES[EditionState.SKIPPED] == frozenset()


def test_the_hash_of_a_print_is_of_everything_readers_get() -> None:
    printed = make_printed()
    for change in (
        {"html": "x"},
        {"text": "x"},
        {"subject": "x"},
        {"day": date(2026, 4, 15)},
        {"newsletter": "x"},
    ):
        assert dataclasses.replace(printed, **change).hash != printed.hash
    assert make_printed().hash == printed.hash


# ── when an edition is due ──────────────────────────────────────────────────────────────────────────

ZONES = [
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Sao_Paulo",
    "UTC",
]


@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    day=st.dates(date(2000, 1, 1), date(2035, 12, 31)),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
def test_an_edition_is_due_once_each_day_at_its_time_or_right_after_a_gap(
    zone: tzinfo, day: date, at: time
) -> None:
    assert isinstance(zone, ZoneInfo)
    newsletter = Newsletter(zone=zone, send_at=at)
    local = newsletter.due(day).astimezone(zone)
    if local.time() == at and local.date() == day:
        assert local.fold == 0 or local.replace(fold=0).utcoffset() == local.utcoffset()
    else:
        # The time does not exist: the second before was another offset, and this is the first instant.
        before = (newsletter.due(day) - timedelta(seconds=1)).astimezone(zone)
        assert before.utcoffset() != local.utcoffset()
        assert before.replace(tzinfo=None) < datetime.combine(day, at) < local.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("at", "day", "due"),
    [
        (time(2, 30), date(2026, 3, 8), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (time(2, 0), date(2026, 3, 8), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (time(3, 0), date(2026, 3, 8), datetime(2026, 3, 8, 7, tzinfo=UTC)),
        (time(1, 30), date(2026, 11, 1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_the_two_odd_nights_of_the_year(at: time, day: date, due: datetime) -> None:
    assert Newsletter(zone=ZoneInfo("America/New_York"), send_at=at).due(day) == due


def test_today_and_the_days_off_are_local() -> None:
    newsletter = Newsletter(zone=ZoneInfo("America/New_York"), weekdays=(0, 1, 2, 3, 4))
    assert newsletter.today(datetime(2026, 4, 14, 3, tzinfo=UTC)) == date(2026, 4, 13)
    assert newsletter.is_due_on(date(2026, 4, 17))
    assert not newsletter.is_due_on(date(2026, 4, 18))


# ── addresses ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ana@example.org", "ana@example.org"),
        (" Ana.B+x@Example.ORG ", "Ana.B+x@example.org"),
        ("o'neil@example.org", "o'neil@example.org"),
        ("ana@münchen.example", "ana@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_has_one_form(written: str, kept: str) -> None:
    assert parse_address(written) == kept
    assert fold_address(kept) == kept.lower()


@pytest.mark.parametrize(
    "hostile",
    [
        "",
        "ana",
        "@example.org",
        "ana@",
        "ana@example",
        "ana@1.2.3.4",
        "ana@[1.2.3.4]",
        "a@x>\r\nRCPT TO:<v@x.org",
        "a@x.org SIZE=1",
        "a b@x.org",
        "a@x.org,b@x.org",
        "group:a@x.org;",
        "ana(comment)@x.org",
        '"ana"@x.org',
        "<ana@x.org>",
        ".ana@x.org",
        "ana.@x.org",
        "a..b@x.org",
        "ana@-x.org",
        "ana@x-.org",
        "ana@x..org",
        "ana@x.org.",
        "ana@xn--.example\u2028",
        "a\x00na@x.org",
        "a\u202ena@x.org",
        "änne@x.org",
        f"{'a' * 65}@x.org",
        f"ana@{'a' * 64}.org",
        f"{'a' * 60}@{'.'.join(['b' * 60] * 4)}.org",
        "ana@" + "ü" * 70 + ".org",
        "ana@x.123",
    ],
)
def test_what_is_no_plain_address_is_refused_with_a_reason(hostile: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        parse_address(hostile)
    assert len(str(refused.value)) > 10


@given(st.text(max_size=80))
def test_whatever_is_written_is_refused_or_safe_to_put_into_an_envelope(written: str) -> None:
    try:
        kept = parse_address(f"{written}@example.org")
    except AddressRefused:
        return
    assert kept.isascii()
    assert not set(kept) & set(' \r\n<>,;:()[]"\\\0')
    assert parse_address(kept) == kept
