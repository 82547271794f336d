"""Listings read page by page: what is asked, what is kept, what is remembered."""

# The quotation marks of newspapers are what is read here.

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given

from digest.errors import FetchRefused, SiteRefused, SourceBusy, SourceError
from digest.ingest.cms import fields
from digest.ingest.cms.listing import MAX_VALIDATORS, Harvest, Listing, Page, Tell, changed, published
from digest.ingest.cms.story import Story
from digest.ingest.entries import Entry
from digest.ingest.fetch import Fetched
from digest.model.article import Article
from digest.ports import Reading, SourceMemory, Validators
from digest.testing.factories import FakeClock
from tests.newspapers.canned import CannedFetcher, as_json
from tests.newspapers.hostility import json_values

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ONE = "The harbour bridge reopened on Monday after nine months of repairs."


def article_of(story: Story, *, base: str = "https://paper.example/") -> Article:
    return story.article(source="paper", base=base, section="Campus", now=NOW)


Answers = Mapping[str, Fetched | Exception]
GONE = SiteRefused("paper.example answered 404: nothing there", status=404)


def tell(item: object) -> Story:
    number = fields.text(item, "n")
    return Story(
        entry=Entry(
            headline=fields.text(item, "headline") or f"Story {number}",
            link=f"/story-{number}",
            guid=fields.text(item, "guid") or f"g{number}",
            dates=(fields.text(item, "at"),),
            categories=(fields.text(item, "section"),),
            content=f"<p>{ONE}</p>",
            updated=fields.text(item, "changed"),
        ),
        status=fields.text(item, "status"),
    )


def story(number: int, **more: Any) -> dict[str, Any]:
    return {"n": number, "at": (NOW - timedelta(hours=number)).isoformat(), **more}


def listing(name: str = "news", *, last: int | None = None, total: int | None = None, **more: Any) -> Listing:
    def read(fetched: Fetched) -> tuple[Page, Tell]:
        data = fields.read_json(fetched.body, what="a page")
        return Page(data, last=last, total=total), tell

    values: dict[str, Any] = {"when": published, **more}
    return Listing(label=name, address=lambda page, size: f"{name}?{size}&{page}", read=read, **values)


def reader(answers: Answers | Callable[[str], Fetched | Exception]) -> CannedFetcher:
    return CannedFetcher(answers if callable(answers) else lambda url: answers.get(url, GONE))


def gather(
    fetcher: CannedFetcher,
    *listings: Listing,
    memory: SourceMemory = SourceMemory(),  # noqa: B008 # frozen
    most: int = 500,
    overlap: timedelta = timedelta(hours=1),
    clock: Callable[[], datetime] = lambda: NOW,
) -> Reading:
    harvest = Harvest(fetcher, memory, shape=article_of, most=most, overlap=overlap, clock=clock)
    return harvest.gather(listings or (listing(),))


def guids(reading: Reading) -> list[str]:
    return [article.guid for article in reading.articles]


def test_pages_are_read_until_one_is_beyond_the_end() -> None:
    fetcher = reader({"news?100&1": as_json([story(1), story(2)]), "news?100&2": as_json([story(3)])})
    reading = gather(fetcher)
    assert guids(reading) == ["g1", "g2", "g3"]
    assert fetcher.asked == ["news?100&1", "news?100&2", "news?100&3"]
    assert reading.memory == SourceMemory(mark="2026-11-24T11:00:00+00:00")
    assert reading.troubles == ()


def test_the_last_page_is_the_last() -> None:
    fetcher = reader(lambda _: as_json([story(1)]))
    gather(fetcher, listing(last=1))
    assert fetcher.asked == ["news?100&1"]


def test_a_page_that_repeats_itself_is_the_last() -> None:
    fetcher = reader(lambda _: as_json([story(1)]))
    assert guids(gather(fetcher)) == ["g1"]
    assert len(fetcher.asked) == 2


def test_later_readings_stop_where_everything_is_known() -> None:
    fetcher = reader(
        {f"news?100&{page}": as_json([story(2 * page), story(2 * page + 1)]) for page in range(1, 9)}
    )
    memory = SourceMemory(mark=(NOW - timedelta(hours=5)).isoformat())
    assert guids(gather(fetcher, memory=memory)) == ["g2", "g3", "g4", "g5", "g6", "g7"]
    assert len(fetcher.asked) == 3


def test_a_page_without_dates_ends_a_later_reading() -> None:
    fetcher = reader(lambda url: as_json([{"n": int(url[-1])}]))
    assert guids(gather(fetcher, memory=SourceMemory(mark=NOW.isoformat()))) == ["g1"]


def test_what_has_not_changed_is_not_read_again() -> None:
    answers = {
        "news?100&1": as_json([story(1), story(2)], etag='"a"'),
        "news?100&2": as_json([story(3), story(4), story(90)], etag='"b"'),
        "news?100&3": as_json([story(91)], etag='"c"'),
    }
    overlap = timedelta(hours=48)
    first = gather(reader(answers), overlap=overlap)
    assert list(first.memory.validators) == ["news?100&1", "news?100&2"]
    fetcher = reader(answers)
    second = gather(fetcher, memory=first.memory, overlap=overlap)
    assert second == Reading(memory=first.memory, unchanged=True)
    assert fetcher.asked == ["news?100&1", "news?100&2"]
    assert all(fetcher.versions)


def test_the_first_page_is_always_asked_for_whether_it_changed() -> None:
    old = as_json([story(100, changed=NOW.isoformat())], etag='"a"')
    reading = gather(reader({"news?100&1": old}))
    assert reading.memory == SourceMemory(
        validators={"news?100&1": Validators(etag='"a"')}, mark=NOW.isoformat()
    )


def test_a_page_in_the_middle_that_has_not_changed_brings_no_articles() -> None:
    memory = SourceMemory(
        validators={"news?100&1": Validators(etag='"old"'), "news?100&2": Validators(etag='"b"')},
        mark=NOW.isoformat(),
    )
    answers = {"news?100&1": as_json([story(0)], etag='"a"'), "news?100&2": as_json([story(1)], etag='"b"')}
    reading = gather(reader(answers), memory=memory)
    assert guids(reading) == ["g0"]
    assert [version.etag for version in reading.memory.validators.values()] == ['"a"', '"b"']
    assert not reading.unchanged


def test_only_so_many_versions_are_remembered() -> None:
    fetcher = reader(lambda url: as_json([story(0, guid=url)], etag='"x"'))
    reading = gather(fetcher, *(listing(f"l{n}", last=1) for n in range(MAX_VALIDATORS + 5)), most=9000)
    assert len(reading.memory.validators) == MAX_VALIDATORS


def test_what_claims_to_be_of_the_future_does_not_blind_us() -> None:
    items = [story(1), story(-24), story(2, at="9999-12-31T00:00:00Z", changed="9999-12-31T00:00:00Z")]
    assert gather(reader({"news?100&1": as_json(items)})).memory.mark == "2026-11-24T11:00:00+00:00"
    ahead = SourceMemory(mark="9999-12-31T00:00:00+00:00")
    reading = gather(reader({"news?100&1": as_json([story(0)])}), memory=ahead)
    assert (guids(reading), reading.memory.mark) == (["g0"], NOW.isoformat())


@pytest.mark.parametrize("mark", ["", "nonsense", "2026-11-24T12:00:00", "2026-11-24"])
def test_a_mark_that_is_no_instant_means_a_first_reading(mark: str) -> None:
    answers = {"news?100&1": as_json([story(1)]), "news?100&2": as_json([story(99)])}
    assert guids(gather(reader(answers), memory=SourceMemory(mark=mark))) == ["g1", "g99"]


def test_nothing_that_can_be_read_is_an_error() -> None:
    with pytest.raises(SiteRefused, match="answered 404"):
        gather(reader({}), listing("news"), listing("sports"))
    with pytest.raises(SourceError, match="no valid JSON"):
        gather(reader({"news?100&1": Fetched(url="", body=b"<html>")}))


def test_a_site_that_asks_us_to_wait_is_left_alone() -> None:
    fetcher = reader(lambda _: SourceBusy("wait", status=429, wait=60.0))
    with pytest.raises(SourceBusy):
        gather(fetcher, listing("news"), listing("sports"))
    assert len(fetcher.asked) == 1


def test_what_came_before_a_site_asked_us_to_wait_is_kept() -> None:
    def answer(url: str) -> Fetched | Exception:
        return as_json([story(1)]) if url == "news?100&1" else SourceBusy("wait", status=429, wait=60.0)

    fetcher = reader(answer)
    reading = gather(fetcher, listing("news"), listing("sports"), listing("arts"))
    assert guids(reading) == ["g1"]
    assert reading.memory == SourceMemory()
    assert reading.troubles == ("sports: wait", "and more articles, which were not read")
    assert fetcher.asked == ["news?100&1", "sports?100&1"]


def test_a_slow_site_does_not_keep_the_others_waiting() -> None:
    hours = FakeClock(NOW)

    def answer(url: str) -> Fetched:
        hours.advance(minutes=2)
        return as_json([story(int(url[-1]))])

    reading = gather(reader(answer), clock=hours)
    assert guids(reading) == ["g1", "g2"]
    assert reading.troubles == ("and more articles, which were not read",)


def test_a_section_that_is_gone_is_a_trouble_and_the_rest_goes_on() -> None:
    reading = gather(reader({"news?100&1": as_json([story(1)])}), listing("news"), listing("sports"))
    assert guids(reading) == ["g1"]
    assert reading.troubles == ("sports: paper.example answered 404: nothing there",)
    assert reading.memory.mark == "2026-11-24T11:00:00+00:00"


@pytest.mark.parametrize("page", [1, 2])
def test_a_page_that_fails_is_asked_for_again_next_time(page: int) -> None:
    answers: dict[str, Fetched | Exception] = {"arts?100&1": as_json([story(1)], etag='"a"')}
    answers["news?100&1"] = as_json([story(2)], etag='"b"')
    answers[f"news?100&{page}"] = SourceError("news did not answer")
    reading = gather(reader(answers), listing("arts"), listing("news"))
    assert guids(reading) == ["g1", "g2"][:page]
    assert reading.troubles == ("news: news did not answer",)
    assert reading.memory == SourceMemory()
    assert not reading.unchanged


def test_pages_that_are_too_large_are_asked_for_in_smaller_ones() -> None:
    def answer(url: str) -> Fetched | Exception:
        if url.startswith("news?100"):
            return FetchRefused("the document is larger than 5,000,000 bytes")
        return as_json([story(1)], etag='"a"') if url.endswith("&1") else GONE

    fetcher = reader(answer)
    first = gather(fetcher)
    assert fetcher.asked == ["news?100&1", "news?20&1", "news?20&2"]
    again = reader(answer)
    assert gather(again, memory=first.memory).unchanged
    assert again.asked == ["news?20&1"]
    with pytest.raises(FetchRefused):
        gather(reader(lambda _: FetchRefused("a private address")))


def test_an_article_of_several_sections_is_read_once() -> None:
    answers = {
        "news?100&1": as_json([story(1, section="News")]),
        "sports?100&1": as_json([story(1, section="Sports")]),
    }
    (article,) = gather(reader(answers), listing("news"), listing("sports")).articles
    assert article.sections == ("News", "Sports")


def test_two_articles_with_one_id_are_told_apart() -> None:
    items = [story(1, guid="x"), story(2, guid="x"), story(2, guid="x")]
    reading = gather(reader({"news?100&1": as_json(items)}))
    first, second = guids(reading)
    assert (first, second[:2]) == ("x", "x#")
    assert reading.troubles == ("“Story 2”: another article has its id too; it got one of its own",)


def test_a_broken_article_is_a_trouble_and_a_withdrawn_one_is_none() -> None:
    items = [story(1), story(2, headline=" "), story(3, status="draft"), story(4)]
    reading = gather(reader({"news?100&1": as_json(items)}))
    assert guids(reading) == ["g1", "g4"]
    assert reading.troubles == ("news, article 2: no headline",)


def test_the_newest_are_kept_and_the_rest_is_counted() -> None:
    answers = {
        "news?100&1": as_json([story(n) for n in (1, 3, 5, 7)]),
        "sports?100&1": as_json([story(n) for n in (2, 4, 6, 8)]),
    }
    reading = gather(reader(answers), listing("news", total=40), listing("sports", total=4), most=5)
    assert guids(reading) == ["g1", "g3", "g5", "g2", "g4"]
    assert reading.troubles == ("and 39 more articles, which were not read",)


def test_known_articles_that_find_no_room_are_no_trouble() -> None:
    answers = {
        "news?100&1": as_json([story(n) for n in (1, 2, 7, 8)]),
        "sports?100&1": as_json([story(n) for n in (3, 4, 5, 6)]),
    }
    both = [listing("news", last=1), listing("sports", last=1)]
    memory = SourceMemory(mark=(NOW - timedelta(hours=3)).isoformat())
    reading = gather(reader(answers), *both, memory=memory, most=5)
    assert guids(reading) == ["g1", "g2", "g3", "g4", "g5"]
    assert reading.troubles == ()
    both = [listing("news", last=1), listing("sports", last=1)]
    assert gather(reader(answers), *both, most=5).troubles == ("and 3 more articles, which were not read",)


def test_articles_nobody_counted_are_said_to_be_more() -> None:
    reading = gather(reader(lambda url: as_json([story(int(url[-1]))])), most=3)
    assert guids(reading) == ["g1", "g2", "g3"]
    assert reading.troubles == ("and more articles, which were not read",)


def test_a_page_with_far_more_than_was_asked_for_is_cut() -> None:
    reading = gather(
        reader({"news?100&1": as_json([story(n) for n in range(1, 31)])}), listing(last=1), most=10
    )
    assert len(reading.articles) == 10
    assert reading.troubles == ("and 20 more articles, which were not read",)


def test_a_listing_read_to_its_end_leaves_nothing_out() -> None:
    reading = gather(reader({"news?100&1": as_json([story(1), story(2)])}), listing(total=2), most=2)
    assert reading.troubles == ()


def test_a_site_without_an_end_is_asked_only_so_often() -> None:
    fetcher = reader(lambda url: as_json([story(int(url.rpartition("&")[2]))]))
    reading = gather(fetcher, most=100)
    assert len(fetcher.asked) == 21
    assert reading.troubles == ("and more articles, which were not read",)


def test_broken_articles_do_not_go_on_for_ever() -> None:
    fetcher = reader(lambda url: as_json([story(int(url.rpartition("&")[2])), *[{"headline": " "}] * 9]))
    gather(fetcher, most=100)
    assert len(fetcher.asked) == 10


def test_a_change_is_at_the_latest_the_publication() -> None:
    told = article_of(tell(story(1)))
    assert changed(told) == published(told) == NOW - timedelta(hours=1)
    assert changed(article_of(tell(story(1, changed=NOW.isoformat())))) == NOW
    assert changed(article_of(tell(story(1, at="2026-11-24")))) is None


@given(json_values)
def test_whatever_a_page_holds_only_a_source_error_is_raised(data: Any) -> None:
    def read(fetched: Fetched) -> tuple[Page, Tell]:
        return Page(fields.rows(json.loads(fetched.body))), tell

    strange = Listing("news", lambda page, _: f"{page}", read, published)
    reading = gather(reader(lambda _: Fetched(url="", body=json.dumps(data).encode())), strange)
    assert isinstance(reading, Reading)
