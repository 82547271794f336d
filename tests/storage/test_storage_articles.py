from datetime import timedelta

import pytest

from digest.errors import StorageError
from digest.model.article import FiledArticle
from digest.model.change import Change, ChangeKind
from digest.ports import FilingResult, Storage
from digest.storage.database import SqlStorage
from digest.testing.factories import MORNING, make_article

LATER = MORNING + timedelta(hours=1)


def test_an_article_is_filed_once_under_its_source_and_guid(storage: Storage) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    again = storage.articles.file(make_article("a"), fingerprint="1", now=LATER)
    other = storage.articles.file(make_article("a", source="radio"), fingerprint="1", now=LATER)

    assert first == FilingResult(id=first.id, is_new=True)
    assert again == FilingResult(id=first.id)
    assert other.is_new
    assert storage.articles.find("radio", "a") == storage.articles.get(other.id)
    assert storage.articles.find("tv", "a") is None


def test_a_changed_article_gets_a_further_version_and_keeps_when_it_was_first_seen(storage: Storage) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    changed = make_article("a", headline="Bridge closes again", url=None)

    result = storage.articles.file(changed, fingerprint="2", now=LATER)

    (change,) = result.changes
    assert change == Change(
        article_id=first.id,
        kind=ChangeKind.HEADLINE,
        at=LATER,
        before=make_article("a").headline,
        after="Bridge closes again",
    )
    assert storage.articles.get(first.id) == FiledArticle(id=first.id, first_seen=MORNING, article=changed)
    assert storage.articles.versions(first.id) == ((MORNING, make_article("a")), (LATER, changed))
    assert storage.articles.has_version("paper", "a", fingerprint="2")
    assert not storage.articles.has_version("paper", "a", fingerprint="1")


def test_an_article_listed_with_another_fingerprint_but_the_same_words_gets_no_version(
    storage: Storage,
) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    result = storage.articles.file(make_article("a"), fingerprint="2", now=LATER)
    assert result == FilingResult(id=first.id)
    assert len(storage.articles.versions(first.id)) == 1
    assert storage.articles.has_version("paper", "a", fingerprint="2")


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "https://www.paper.example/2026/04/a/?utm_source=feed"},
        {"url": "https://paper.example/2026/04/moved"},
        {"headline": "Bridge open again"},
    ],
)
def test_a_changed_guid_takes_over_the_article_it_had(storage: Storage, changes: dict[str, str]) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    article = make_article(
        "a-new", **{"url": make_article("a").url, "headline": make_article("a").headline, **changes}
    )

    result = storage.articles.file(article, fingerprint="2", now=LATER, listed={"a-new", "b"})

    assert (result.id, result.is_new) == (first.id, False)
    assert storage.articles.find("paper", "a") is None
    filed = storage.articles.find("paper", "a-new")
    assert filed is not None
    assert filed.first_seen == MORNING


@pytest.mark.parametrize(
    ("changes", "listed"),
    [
        ({}, {"a", "a-new"}),
        ({}, set()),
        ({"headline": "Tuesday's crossword", "published_at": MORNING}, {"a-new"}),
        ({"url": None, "published_at": None}, {"a-new"}),
        ({"source": "radio"}, {"a-new"}),
    ],
    ids=[
        "both are listed",
        "nobody knows what is listed",
        "only the link",
        "only the headline",
        "another source",
    ],
)
def test_a_guid_takes_over_nothing_that_may_be_another_article(
    storage: Storage, changes: dict[str, object], listed: set[str]
) -> None:
    storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    twin = {"url": make_article("a").url, "headline": make_article("a").headline}
    result = storage.articles.file(
        make_article("a-new", **(twin | changes)), fingerprint="2", now=LATER, listed=listed
    )
    assert result.is_new


def test_a_second_look_is_kept_beside_what_the_source_listed(storage: Storage) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    seen = make_article("a", correction="Correction: It is Brandt, not Brand.")

    result = storage.articles.amend(first.id, seen, now=LATER)

    assert [change.kind for change in result.changes] == [ChangeKind.CORRECTED]
    assert storage.articles.amend(first.id, seen, now=LATER).changes == ()
    assert storage.articles.has_version("paper", "a", fingerprint="1")
    assert len(storage.articles.versions(first.id)) == 2
    assert storage.articles.changes_since(MORNING) == result.changes
    assert storage.articles.changes_since(None) == result.changes
    assert storage.articles.changes_since(LATER) == ()


def test_a_withdrawn_article_counts_as_new_when_it_comes_back(storage: Storage) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)

    assert storage.articles.withdraw(first.id, why="gone", now=MORNING)
    assert not storage.articles.withdraw(first.id, why="gone", now=LATER)
    assert not storage.articles.withdraw(99, why="never there", now=LATER)
    (filed,) = storage.articles.withdrawn("paper", {"a", "b"})
    assert filed.withdrawn_at == MORNING
    assert storage.articles.withdrawn("paper", {"b"}) == storage.articles.withdrawn("radio", {"a"}) == ()

    result = storage.articles.file(make_article("a"), fingerprint="2", now=LATER)

    assert [change.kind for change in result.changes] == [ChangeKind.RESTORED]
    restored = FiledArticle(id=first.id, first_seen=LATER, article=make_article("a"))
    assert storage.articles.get(first.id) == restored
    kinds = [change.kind for change in storage.articles.changes_since(None)]
    assert kinds == [ChangeKind.WITHDRAWN, ChangeKind.RESTORED]


def test_what_was_never_filed_is_not_there(storage: Storage) -> None:
    assert storage.articles.get(7) is None
    assert not storage.articles.has_version("paper", "a", fingerprint="1")


def test_a_window_is_open_at_its_start_and_closed_at_its_end(storage: Storage) -> None:
    for minute in range(4):
        seen = MORNING + timedelta(minutes=minute)
        storage.articles.file(make_article(f"a-{minute}"), fingerprint="1", now=seen)

    until = MORNING + timedelta(minutes=2)

    window = storage.articles.seen_between(MORNING, until)
    assert [filed.article.guid for filed in window] == ["a-1", "a-2"]
    everything = storage.articles.seen_between(None, until)
    assert [filed.article.guid for filed in everything] == ["a-0", "a-1", "a-2"]


@pytest.mark.parametrize("hostile", ["a\x00b", "a\ud800b", "'; DROP TABLE articles; --"])
def test_hostile_text_is_kept_without_harm(storage: Storage, hostile: str) -> None:
    article = make_article(hostile, headline=hostile, url=f"https://paper.example/{hostile}")

    filed = storage.articles.file(article, fingerprint="1", now=MORNING)

    assert storage.articles.get(filed.id) == FiledArticle(id=filed.id, first_seen=MORNING, article=article)
    assert not storage.articles.file(article, fingerprint="1", now=MORNING).is_new


def test_a_time_without_a_zone_is_refused(sql_storage: SqlStorage) -> None:
    with pytest.raises(StorageError, match="without a zone"):
        sql_storage.articles.file(make_article(), fingerprint="1", now=MORNING.replace(tzinfo=None))


def test_each_source_is_known_since_its_first_article(storage: Storage) -> None:
    assert storage.articles.sources_since() == {}
    for number, (source, hours) in enumerate((("a", 2), ("a", 1), ("b", 3))):
        article = make_article(f"g-{number}", source=source)
        seen = MORNING + timedelta(hours=hours)
        storage.articles.file(article, fingerprint=article.fingerprint, now=seen)
    assert storage.articles.sources_since() == {
        "a": MORNING + timedelta(hours=1),
        "b": MORNING + timedelta(hours=3),
    }
