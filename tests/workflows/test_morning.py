"""The morning: one edition for each day that is due, whatever happens to the clock and the service."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from digest.errors import EditionRefused
from digest.model.edition import EditionState
from digest.model.finding import Finding, Severity
from digest.model.newsletter import Newsletter
from digest.testing.factories import MORNING, FakeClock, make_article, make_edition
from digest.testing.memory import MemoryStorage
from digest.workflows.edit import approve, edit
from digest.workflows.morning import bring_out, is_missing, publish_fresh, settle_due
from digest.workflows.preview import preview
from digest.workflows.publish import publish, skip
from tests.workflows.parts import make_parts

DAILY = Newsletter(zone=ZoneInfo("America/New_York"), send_at=time(6, 30))
HELD = Newsletter(zone=ZoneInfo("America/New_York"), send_at=time(6, 30), approval=True)
DAY = date(2026, 4, 14)


def _file(storage: MemoryStorage, guid: str, seen: datetime) -> None:
    article = make_article(guid, published_at=seen, body=make_article(guid).body)
    storage.articles.file(article, fingerprint=article.fingerprint, now=seen)


def test_a_morning_with_news_is_published(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    filed = bring_out(DAILY, DAY, make_parts(storage, clock))
    assert filed.edition.state is EditionState.PUBLISHED
    assert filed.expires_at == clock() + DAILY.expires_after


def test_a_second_run_changes_nothing(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    first = bring_out(DAILY, DAY, parts)
    _file(storage, "b", clock())
    assert bring_out(DAILY, DAY, parts) == first


def test_the_morning_after_without_news_is_skipped_with_the_reason(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    bring_out(DAILY, DAY, parts)
    clock.advance(days=1)
    filed = bring_out(DAILY, DAY + timedelta(days=1), parts)
    assert filed.edition.state is EditionState.SKIPPED
    assert "nothing new" in filed.edition.reason


def test_what_comes_after_a_skipped_day_is_in_the_next_edition(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    bring_out(DAILY, DAY, parts)
    clock.advance(days=1)
    bring_out(DAILY, DAY + timedelta(days=1), parts)
    _file(storage, "late", clock() - timedelta(minutes=1))
    clock.advance(days=1)
    third = bring_out(DAILY, DAY + timedelta(days=2), parts)
    assert [story.headline for story in third.edition.stories] == [make_article("late").headline]


def test_an_edition_that_needs_approval_waits_for_it(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    assert bring_out(HELD, DAY, parts).edition.state is EditionState.DRAFT
    with pytest.raises(EditionRefused, match="digest approve"):
        publish(
            HELD,
            DAY,
            storage=storage,
            press=parts.press,
            checker=parts.checker,
            prove=parts.prove,
            now=clock(),
        )
    assert approve(HELD, DAY, storage=storage).edition.state is EditionState.APPROVED
    assert approve(HELD, DAY, storage=storage).edition.state is EditionState.APPROVED
    assert bring_out(HELD, DAY, parts).edition.state is EditionState.PUBLISHED


def test_nothing_and_emptiness_cannot_be_approved(storage: MemoryStorage, clock: FakeClock) -> None:
    with pytest.raises(EditionRefused, match="digest build"):
        approve(HELD, DAY, storage=storage)
    edit(HELD, DAY, storage=storage, summariser=make_parts(storage, clock).summariser, now=clock())
    with pytest.raises(EditionRefused, match="empty"):
        approve(HELD, DAY, storage=storage)


def test_a_draft_with_nothing_in_it_can_still_fill_up(storage: MemoryStorage, clock: FakeClock) -> None:
    parts = make_parts(storage, clock)
    early = edit(DAILY, DAY, storage=storage, summariser=parts.summariser, now=clock() - timedelta(hours=2))
    assert early.edition.state is EditionState.DRAFT
    _file(storage, "a", clock() - timedelta(hours=1))
    assert bring_out(DAILY, DAY, parts).edition.state is EditionState.PUBLISHED


def test_a_fault_that_must_not_go_out_stops_publishing(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    fault = Finding(rule="size.clipped", severity=Severity.MUST, message="too large; cut it")
    mild = Finding(rule="html.alt", severity=Severity.SHOULD, message="no alt text")
    parts = make_parts(storage, clock, fault, mild)
    with pytest.raises(EditionRefused, match=r"size\.clipped: too large"):
        bring_out(DAILY, DAY, parts)
    filed = publish(
        DAILY,
        DAY,
        storage=storage,
        press=parts.press,
        checker=parts.checker,
        prove=parts.prove,
        now=clock(),
        override=["size.clipped"],
    )
    assert filed.edition.state is EditionState.PUBLISHED


def test_publishing_without_a_draft_says_what_to_do(storage: MemoryStorage, clock: FakeClock) -> None:
    parts = make_parts(storage, clock)
    with pytest.raises(EditionRefused, match="digest build"):
        publish(
            DAILY,
            DAY,
            storage=storage,
            press=parts.press,
            checker=parts.checker,
            prove=parts.prove,
            now=clock(),
        )


def test_a_published_day_is_not_skipped_after_all(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    bring_out(DAILY, DAY, make_parts(storage, clock))
    assert skip(DAILY, DAY, "late", storage=storage).edition.state is EditionState.PUBLISHED


# ── what is due ─────────────────────────────────────────────────────────────────────────────────────


def test_nothing_happens_before_the_time(storage: MemoryStorage, clock: FakeClock) -> None:
    clock.now = MORNING - timedelta(minutes=1)
    assert settle_due(DAILY, make_parts(storage, clock)) == ()
    assert not is_missing(DAILY, storage, clock())


def test_the_edition_comes_out_once_when_it_is_due(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    assert is_missing(DAILY, storage, clock())
    assert len(settle_due(DAILY, parts)) == 1
    clock.advance(seconds=30)
    assert settle_due(DAILY, parts) == ()


def test_a_late_wake_within_the_grace_still_sends(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    clock.advance(hours=3)
    (filed,) = settle_due(DAILY, make_parts(storage, clock))
    assert filed.edition.state is EditionState.PUBLISHED


def test_days_that_were_slept_through_are_skipped_with_the_reason(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    settle_due(DAILY, parts)
    clock.advance(days=3)
    _file(storage, "b", clock() - timedelta(days=2))
    settled = settle_due(DAILY, parts)
    assert [filed.edition.state for filed in settled] == [
        EditionState.SKIPPED,
        EditionState.SKIPPED,
        EditionState.PUBLISHED,
    ]
    assert "late" in settled[0].edition.reason
    assert [story.headline for story in settled[2].edition.stories] == [make_article("b").headline]


def test_who_installs_at_noon_is_not_told_that_the_morning_was_missed(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    clock.advance(hours=5)
    assert settle_due(DAILY, make_parts(storage, clock)) == ()
    assert storage.editions.latest("daily") is None


def test_a_draft_nobody_approved_in_time_is_held(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    settle_due(HELD, parts)
    clock.advance(hours=5)
    (filed,) = settle_due(HELD, parts)
    assert filed.edition.state is EditionState.SKIPPED
    assert "held" in filed.edition.reason


def test_no_edition_is_due_on_a_day_off(storage: MemoryStorage, clock: FakeClock) -> None:
    weekends = Newsletter(zone=DAILY.zone, send_at=DAILY.send_at, weekdays=(5, 6))
    assert settle_due(weekends, make_parts(storage, clock)) == ()


def test_four_hundred_days_with_restarts_give_one_row_each(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    for number in range(400):
        # Another phase each day; now and then two services, now and then none for two days.
        clock.now = MORNING + timedelta(days=number, minutes=number % 180)
        if number % 50 == 7:
            continue
        for _ in range(1 + number % 2):
            settle_due(DAILY, make_parts(storage, clock))
    days = [DAY + timedelta(days=number) for number in range(400)]
    states = [storage.editions.get("daily", day) for day in days]
    assert all(filed is not None for filed in states)
    assert all(
        filed.edition.state in {EditionState.PUBLISHED, EditionState.SKIPPED} for filed in states if filed
    )


@pytest.mark.parametrize(
    ("send_at", "day", "expected"),
    [
        (time(6, 30), date(2026, 4, 14), datetime(2026, 4, 14, 10, 30, tzinfo=UTC)),
        # 02:30 does not exist: the first instant after the gap.
        (time(2, 30), date(2026, 3, 8), datetime(2026, 3, 8, 7, 0, tzinfo=UTC)),
        # 01:30 happens twice: the first pass.
        (time(1, 30), date(2026, 11, 1), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_due_is_local_time_on_every_day_of_the_year(send_at: time, day: date, expected: datetime) -> None:
    assert Newsletter(zone=DAILY.zone, send_at=send_at).due(day) == expected


# ── preview ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_preview_shows_what_would_be_sent_and_keeps_nothing(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    shown = preview(
        DAILY,
        DAY,
        storage=storage,
        summariser=parts.summariser,
        press=parts.press,
        checker=parts.checker,
        prove=parts.prove,
        now=clock(),
    )
    assert shown.printed is not None
    assert storage.editions.get("daily", DAY) is None
    assert bring_out(DAILY, DAY, parts).edition.stories == shown.edition.stories


def test_a_preview_of_nothing_says_so(storage: MemoryStorage, clock: FakeClock) -> None:
    parts = make_parts(storage, clock)
    shown = preview(
        DAILY,
        DAY,
        storage=storage,
        summariser=parts.summariser,
        press=parts.press,
        checker=parts.checker,
        prove=parts.prove,
        now=clock(),
    )
    assert shown.printed is None
    assert "nothing new" in shown.edition.reason


def test_two_who_publish_at_once_get_the_same_edition(storage: MemoryStorage, clock: FakeClock) -> None:
    parts = make_parts(storage, clock)
    _file(storage, "a", clock() - timedelta(hours=1))
    first = edit(DAILY, DAY, storage=storage, summariser=parts.summariser, now=clock())

    class Racing:
        """A press during whose work somebody else publishes."""

        def prepare(self, edition: object) -> object:
            return edition

        def print_edition(self, edition: object) -> object:
            del edition
            publish(
                DAILY,
                DAY,
                storage=storage,
                press=parts.press,
                checker=parts.checker,
                prove=parts.prove,
                now=clock(),
            )
            return parts.press.print_edition(make_edition(subject="the slower one"))

    racing: Any = Racing()
    filed = publish(
        DAILY, DAY, storage=storage, press=racing, checker=parts.checker, prove=parts.prove, now=clock()
    )
    assert filed.printed is not None
    assert filed.printed.subject == first.edition.subject


def test_a_day_without_news_is_not_skipped_while_a_source_cannot_be_read(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    parts = make_parts(storage, clock)
    waiting = bring_out(DAILY, DAY, parts, trouble="could not be read: paper")
    assert waiting.edition.state is EditionState.DRAFT
    _file(storage, "a", clock())
    assert bring_out(DAILY, DAY, parts).edition.state is EditionState.PUBLISHED


def test_what_an_editor_looks_at_is_not_made_anew_behind_their_back(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    seen = bring_out(HELD, DAY, parts)
    _file(storage, "b", clock())
    assert bring_out(HELD, DAY, parts).edition == seen.edition


def test_a_day_that_could_not_be_published_says_so_when_it_is_too_late(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    fault = Finding(rule="size.clipped", severity=Severity.MUST, message="too large")
    parts = make_parts(storage, clock, fault)
    with pytest.raises(EditionRefused):
        settle_due(DAILY, parts)
    clock.advance(hours=5)
    (filed,) = settle_due(DAILY, parts)
    assert "could not be published" in filed.edition.reason


def test_a_summary_that_its_article_does_not_say_any_more_stops_publishing(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, "a", clock() - timedelta(hours=1))
    parts = make_parts(storage, clock)
    edit(DAILY, DAY, storage=storage, summariser=parts.summariser, now=clock())
    unproven = dataclasses.replace(parts, prove=lambda _summary, _article: ("sentence 1 is gone",))
    with pytest.raises(EditionRefused, match=r"summary\.unproven.*sentence 1 is gone.*make the edition anew"):
        publish_fresh(DAILY, DAY, unproven, override=["summary.unproven"])
    shown = preview(
        DAILY,
        DAY,
        storage=storage,
        summariser=parts.summariser,
        press=parts.press,
        checker=parts.checker,
        prove=unproven.prove,
        now=clock(),
    )
    assert [finding.rule for finding in shown.findings] == ["summary.unproven"]


def test_a_story_whose_article_is_not_known_stops_publishing(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    parts = make_parts(storage, clock)
    storage.editions.save(make_edition(newsletter="daily", day=DAY, state=EditionState.DRAFT))
    with pytest.raises(EditionRefused, match="not known any more"):
        publish_fresh(DAILY, DAY, parts)
