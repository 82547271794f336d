from datetime import timedelta

import pytest

from digest.errors import StorageError
from digest.model.article import FiledArticle
from digest.ports import FilingResult, SourceHealth, SourceMemory, Storage
from digest.storage.database import SqlStorage
from digest.testing.factories import MORNING, make_article

LATER = MORNING + timedelta(hours=1)


def test_an_article_is_filed_once_under_its_source_and_guid(storage: Storage) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    again = storage.articles.file(make_article("a"), fingerprint="1", now=LATER)
    other = storage.articles.file(make_article("a", source="radio"), fingerprint="1", now=LATER)

    assert first == FilingResult(id=first.id, is_new=True, is_changed=False)
    assert again == FilingResult(id=first.id, is_new=False, is_changed=False)
    assert other.is_new


def test_a_changed_article_gets_a_further_version_and_keeps_when_it_was_first_seen(storage: Storage) -> None:
    first = storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    changed = make_article("a", headline="Bridge closes again", url=None)

    result = storage.articles.file(changed, fingerprint="2", now=LATER)

    assert result == FilingResult(id=first.id, is_new=False, is_changed=True)
    assert storage.articles.get(first.id) == FiledArticle(id=first.id, first_seen=MORNING, article=changed)
    assert storage.articles.has_version("paper", "a", fingerprint="2")
    assert not storage.articles.has_version("paper", "a", fingerprint="1")


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


def test_a_source_remembers_what_it_was_told_after_a_success(storage: Storage) -> None:
    assert storage.articles.memory_of("paper") == SourceMemory()

    storage.articles.remember("paper", SourceMemory(etag='"1"'), now=MORNING)
    storage.articles.remember("paper", SourceMemory(etag='"2"', last_modified="Tue"), now=LATER)

    assert storage.articles.memory_of("paper") == SourceMemory(etag='"2"', last_modified="Tue")


def test_health_names_the_trouble_until_the_source_can_be_read_again(storage: Storage) -> None:
    storage.articles.file(make_article("a"), fingerprint="1", now=MORNING)
    storage.articles.remember("paper", SourceMemory(etag="1"), now=MORNING)
    storage.articles.note_trouble("paper", "503", now=LATER)
    storage.articles.note_trouble("archive", "no such host", now=LATER)

    assert storage.articles.health() == (
        SourceHealth(name="archive", last_error="no such host"),
        SourceHealth(name="paper", last_success=MORNING, last_error="503", articles=1),
    )
    assert storage.articles.memory_of("paper") == SourceMemory(etag="1")

    storage.articles.remember("paper", SourceMemory(), now=LATER)

    assert storage.articles.health()[1] == SourceHealth(name="paper", last_success=LATER, articles=1)


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
