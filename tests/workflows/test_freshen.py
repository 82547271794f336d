"""Minutes before an edition goes out, its stories are looked at again where they were published."""

from __future__ import annotations

import dataclasses
import threading
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from digest.errors import ArticleWithdrawn, EditionRefused, SourceError
from digest.model.article import Article
from digest.model.change import ChangeKind
from digest.model.edition import EditionState, FiledEdition
from digest.model.newsletter import Newsletter
from digest.testing.factories import FakeClock, make_article, make_image
from digest.testing.memory import MemoryStorage
from digest.workflows.edit import approve, edit
from digest.workflows.freshen import CHECK_TIME
from digest.workflows.morning import bring_out, publish_fresh
from tests.workflows.parts import FakeSource, make_parts

DAILY = Newsletter(zone=ZoneInfo("America/New_York"), send_at=time(6, 30))
HELD = dataclasses.replace(DAILY, approval=True)
DAY = date(2026, 4, 14)
GONE = ArticleWithdrawn("paper.example answered 410")


def _story(guid: str, **changes: object) -> Article:
    # Stories that share no five words, so that none is taken for a copy of another.
    said = f"The {guid} council met in {guid} hall. It voted on {guid} and the {guid} budget of {guid} town."
    body = (dataclasses.replace(make_article().body[0], paragraphs=(said,)),)
    return make_article(guid, headline=f"Council votes on {guid}", body=body, **changes)


def _file(storage: MemoryStorage, clock: FakeClock, *articles: Article) -> None:
    for article in articles:
        storage.articles.file(article, fingerprint=article.fingerprint, now=clock() - timedelta(hours=1))


def _headlines(filed: FiledEdition) -> list[str]:
    return [story.headline for story in filed.edition.stories]


def test_a_withdrawn_story_is_dropped_and_the_next_one_takes_its_place(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"))
    one = dataclasses.replace(DAILY, max_stories=1, max_headlines=0)
    parts = make_parts(storage, clock)
    (first,) = _headlines(edit(one, DAY, storage=storage, summariser=parts.summariser, now=clock()))
    guid = first.removeprefix("Council votes on ")
    source = FakeSource("paper", now={guid: GONE})
    filed = bring_out(one, DAY, make_parts(storage, clock, sources=(source,)))
    (second,) = _headlines(filed)
    assert second != first
    assert filed.edition.state is EditionState.PUBLISHED
    assert any("withdrawn by the paper" in decision.reason for decision in filed.edition.decisions)
    # Asked twice before it was believed; its replacement was looked at too.
    assert source.rechecked.count(guid) == 2
    assert second.removeprefix("Council votes on ") in source.rechecked


def test_an_edition_whose_only_story_was_withdrawn_is_skipped(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"))
    filed = bring_out(
        DAILY, DAY, make_parts(storage, clock, sources=(FakeSource("paper", now={"alpha": GONE}),))
    )
    assert filed.edition.state is EditionState.SKIPPED
    assert "withdrawn by the paper" in filed.edition.reason


def test_a_changed_headline_and_a_correction_are_shown(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"))
    anew = dataclasses.replace(
        _story("alpha"), headline="Council rejects alpha", correction="Correction: no."
    )
    filed = bring_out(
        DAILY, DAY, make_parts(storage, clock, sources=(FakeSource("paper", now={"alpha": anew}),))
    )
    assert "Council rejects alpha" in _headlines(filed)
    assert [correction.text for correction in filed.edition.corrections] == ["Correction: no."]
    kinds = {change.kind for change in storage.articles.changes_since(None)}
    assert kinds == {ChangeKind.HEADLINE, ChangeKind.CORRECTED}


def test_a_withdrawal_that_is_taken_back_at_the_second_look_is_none(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"))

    class Flickering(FakeSource):
        def recheck(self, article: Article) -> Article:
            self.rechecked.append(article.guid)
            if len(self.rechecked) == 1:
                raise GONE
            return article

    filed = bring_out(DAILY, DAY, make_parts(storage, clock, sources=(Flickering("paper"),)))
    assert filed.edition.state is EditionState.PUBLISHED


def test_a_site_that_disowns_most_of_its_stories_is_not_believed(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    guids = ("alpha", "beta", "gamma")
    _file(storage, clock, *map(_story, guids))
    source = FakeSource("paper", now=dict.fromkeys(guids, GONE))
    filed = bring_out(DAILY, DAY, make_parts(storage, clock, sources=(source,)))
    assert len(_headlines(filed)) == 3
    assert storage.articles.changes_since(None) == ()


def test_sites_that_fail_or_are_gone_from_the_settings_hold_nothing_up(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"), _story("gamma", source="radio"))
    source = FakeSource("paper", now={"alpha": SourceError("down"), "beta": RecursionError("deep")})
    filed = bring_out(DAILY, DAY, make_parts(storage, clock, sources=(source,)))
    assert len(_headlines(filed)) == 3


def test_looking_again_ends_after_a_minute(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, clock, *map(_story, ("alpha", "beta", "gamma", "delta", "epsilon", "zeta")))

    class Slow(FakeSource):
        def recheck(self, article: Article) -> Article:
            self.rechecked.append(article.guid)
            clock.advance(seconds=CHECK_TIME.total_seconds())
            return article

    source = Slow("paper")
    assert len(_headlines(bring_out(DAILY, DAY, make_parts(storage, clock, sources=(source,))))) == 6
    assert len(source.rechecked) < 6


def test_a_new_picture_is_taken_in_and_one_that_was_is_kept(storage: MemoryStorage, clock: FakeClock) -> None:
    image = make_image(original="https://paper.example/bridge.jpg")
    _file(storage, clock, _story("alpha", image=image), _story("beta"))
    again = make_image(url="https://paper.example/bridge.jpg", width=None, height=None)
    source = FakeSource(
        "paper",
        now={
            "alpha": dataclasses.replace(_story("alpha"), image=again, headline="Alpha anew"),
            "beta": dataclasses.replace(_story("beta"), image=make_image(url="b.jpg"), headline="Beta anew"),
        },
        pictures={"b.jpg": b"x"},
    )
    bring_out(DAILY, DAY, make_parts(storage, clock, sources=(source,)))
    pictures = {f.article.guid: f.article.image for f in storage.articles.seen_between(None, clock())}
    assert pictures["alpha"] == dataclasses.replace(
        image, alt=again.alt, credit=again.credit, caption=again.caption
    )
    assert pictures["beta"] is not None
    assert pictures["beta"].original == "b.jpg"


def test_an_approved_edition_loses_what_was_withdrawn_and_gains_nothing_unseen(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, *map(_story, ("alpha", "beta", "gamma")))
    two = dataclasses.replace(HELD, max_stories=2, max_headlines=0)
    parts = make_parts(storage, clock)
    drafted = edit(two, DAY, storage=storage, summariser=parts.summariser, now=clock())
    approve(two, DAY, storage=storage)
    lead, other = (headline.removeprefix("Council votes on ") for headline in _headlines(drafted))
    source = FakeSource(
        "paper", now={lead: GONE, other: dataclasses.replace(_story(other), headline="Told anew")}
    )
    filed = bring_out(two, DAY, make_parts(storage, clock, sources=(source,)))
    assert filed.edition.state is EditionState.PUBLISHED
    assert _headlines(filed) == ["Told anew"]
    assert filed.edition.subject == "Told anew"


def test_an_approved_edition_of_which_nothing_is_left_waits_for_the_editor(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"))
    parts = make_parts(storage, clock)
    edit(HELD, DAY, storage=storage, summariser=parts.summariser, now=clock())
    approve(HELD, DAY, storage=storage)
    _file(storage, clock, _story("beta"))
    source = FakeSource("paper", now={"alpha": GONE})
    filed = bring_out(HELD, DAY, make_parts(storage, clock, sources=(source,)))
    assert filed.edition.state is EditionState.DRAFT
    assert _headlines(filed) == ["Council votes on beta"]


def test_a_draft_that_waits_for_approval_is_not_touched(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, clock, _story("alpha"))
    parts = make_parts(storage, clock, sources=(source := FakeSource("paper"),))
    edit(HELD, DAY, storage=storage, summariser=parts.summariser, now=clock())
    with pytest.raises(EditionRefused, match="waits for an editor"):
        publish_fresh(HELD, DAY, parts)
    assert source.rechecked == []


def test_a_correction_of_an_earlier_edition_is_told_once(storage: MemoryStorage, clock: FakeClock) -> None:
    _file(storage, clock, _story("alpha"))
    parts = make_parts(storage, clock)
    bring_out(DAILY, DAY, parts)
    wrong = storage.articles.seen_between(None, clock())[0]
    corrected = dataclasses.replace(wrong.article, correction="Correction: It is Brandt.")
    for day, expected in ((1, ["Correction: It is Brandt."]), (2, [])):
        clock.advance(days=1)
        storage.articles.amend(wrong.id, corrected, now=clock())
        _file(storage, clock, _story(f"day{day}", published_at=clock() - timedelta(hours=2)))
        filed = bring_out(DAILY, DAY + timedelta(days=day), parts)
        assert [correction.text for correction in filed.edition.corrections] == expected
        assert "Council votes on alpha" not in _headlines(filed)


def test_a_story_that_comes_back_after_it_was_mailed_is_not_mailed_again(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"))
    parts = make_parts(storage, clock)
    bring_out(DAILY, DAY, parts)
    (mailed,) = storage.articles.seen_between(None, clock())
    storage.articles.withdraw(mailed.id, why="404", now=clock())
    clock.advance(hours=23)
    storage.articles.amend(mailed.id, mailed.article, now=clock())
    clock.advance(hours=1)
    filed = bring_out(DAILY, DAY + timedelta(days=1), parts)
    assert filed.edition.state is EditionState.SKIPPED
    assert "it stood in the edition of 14 April 2026" in filed.edition.reason


def test_a_story_that_comes_back_before_it_was_mailed_is_mailed(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"))
    beta = storage.articles.find("paper", "beta")
    assert beta is not None
    storage.articles.withdraw(beta.id, why="404", now=clock())
    parts = make_parts(storage, clock)
    assert _headlines(bring_out(DAILY, DAY, parts)) == ["Council votes on alpha"]
    clock.advance(days=1)
    storage.articles.amend(beta.id, beta.article, now=clock())
    assert _headlines(bring_out(DAILY, DAY + timedelta(days=1), parts)) == ["Council votes on beta"]


def test_two_stories_corrected_in_the_same_words_are_both_told(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"))
    parts = make_parts(storage, clock)
    bring_out(DAILY, DAY, parts)
    for day, guid in ((1, "alpha"), (2, "beta")):
        clock.advance(days=1)
        filed = storage.articles.find("paper", guid)
        assert filed is not None
        corrected = dataclasses.replace(filed.article, correction="Correction: It is Brandt.")
        storage.articles.amend(filed.id, corrected, now=clock())
        _file(storage, clock, _story(f"day{day}", published_at=clock() - timedelta(hours=2)))
        edition = bring_out(DAILY, DAY + timedelta(days=day), parts).edition
        assert [one.headline for one in edition.corrections] == [f"Council votes on {guid}"]


def test_stories_of_the_last_edition_are_looked_at_before_the_next(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"))
    bring_out(DAILY, DAY, make_parts(storage, clock))
    clock.advance(days=1)
    _file(storage, clock, _story("gamma", published_at=clock() - timedelta(hours=2)))
    mailed = storage.articles.find("paper", "alpha")
    assert mailed is not None
    now = dataclasses.replace(mailed.article, correction="Correction: It is Brandt.")
    source = FakeSource("paper", now={"alpha": now, "beta": GONE})
    edition = bring_out(DAILY, DAY + timedelta(days=1), make_parts(storage, clock, sources=(source,))).edition
    assert [one.text for one in edition.corrections] == ["Correction: It is Brandt."]
    taken_back = storage.articles.find("paper", "beta")
    assert taken_back is not None
    assert taken_back.withdrawn_at == clock()


def test_a_day_that_waits_for_news_does_not_look_back_again_and_again(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"))
    bring_out(DAILY, DAY, make_parts(storage, clock))
    clock.advance(days=1)
    parts = make_parts(storage, clock, sources=(source := FakeSource("paper"),))
    for _ in range(3):
        bring_out(DAILY, DAY + timedelta(days=1), parts, trouble="radio is down")
    assert source.rechecked == ["alpha"]


def test_a_slow_site_hides_no_withdrawal_of_another(storage: MemoryStorage, clock: FakeClock) -> None:
    stories = [_story(f"slow{letter}", source="radio") for letter in "abcdefgh"]
    _file(storage, clock, *stories, _story("gone"))
    still = FakeClock(clock())

    class Slow(FakeSource):
        def recheck(self, article: Article) -> Article:
            self.rechecked.append(article.guid)
            asked.wait(5)
            clock.advance(seconds=CHECK_TIME.total_seconds())
            return article

    asked = threading.Event()

    class Quick(FakeSource):
        def recheck(self, article: Article) -> Article:
            try:
                return super().recheck(article)
            finally:
                if len(self.rechecked) > 1:
                    asked.set()

    sources = (Slow("radio"), Quick("paper", now={"gone": GONE}))
    filed = bring_out(DAILY, DAY, make_parts(storage, clock, sources=sources))
    assert "Council votes on gone" not in _headlines(filed)
    assert still() < clock()


def test_a_story_that_became_another_leaves_an_approved_edition(
    storage: MemoryStorage, clock: FakeClock
) -> None:
    _file(storage, clock, _story("alpha"), _story("beta"))
    parts = make_parts(storage, clock)
    edit(HELD, DAY, storage=storage, summariser=parts.summariser, now=clock())
    approve(HELD, DAY, storage=storage)
    body = (dataclasses.replace(make_article().body[0], paragraphs=("Cheap watches here, buy them now.",)),)
    taken_over = dataclasses.replace(_story("alpha"), headline="Buy cheap watches", body=body)
    source = FakeSource("paper", now={"alpha": taken_over})
    filed = bring_out(HELD, DAY, make_parts(storage, clock, sources=(source,)))
    assert _headlines(filed) == ["Council votes on beta"]
