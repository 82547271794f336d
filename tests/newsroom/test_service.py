"""The service's tick: everything that is due, once, and a clean end in the middle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from digest import config
from digest.errors import SettingsError, UsageError
from digest.model.delivery import DeliveryState
from digest.model.edition import EditionState
from digest.model.newsletter import Newsletter
from digest.newsroom import Newsroom, Service, article_reader, open_newsroom
from digest.testing.factories import MORNING, FakeClock, make_edition
from digest.testing.misbehaviour import greylist
from digest.testing.smtp import RecordingServer
from digest.workflows import morning

KEY = "a secret for tests, and only for tests!"


@pytest.fixture
def server() -> Iterator[RecordingServer]:
    with RecordingServer() as running:
        yield running


def _settings(folder: Path, server: RecordingServer, more: str = "") -> config.Settings:
    articles = folder / "articles"
    articles.mkdir(exist_ok=True)
    (articles / "bridge.md").write_text(
        "---\nheadline: The bridge reopens\npublished_at: 2026-04-14T05:00:00-04:00\n"
        "url: https://paper.example/bridge\n---\n\n"
        "The bridge reopened on Monday after nine months of repairs, the city said.\n",
        encoding="utf-8",
    )
    (folder / "digest.toml").write_text(
        '[paper]\ntimezone = "America/New_York"\n'
        f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\n[secrets]\nkey = "{KEY}"\n'
        '[[sources]]\nname = "newsroom"\nkind = "folder"\npath = "articles"\n' + more,
        encoding="utf-8",
    )
    return config.load(folder, {})


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(MORNING)


@pytest.fixture
def newsroom(tmp_path: Path, server: RecordingServer, clock: FakeClock) -> Iterator[Newsroom]:
    with open_newsroom(_settings(tmp_path, server), clock=clock) as room:
        room.add_reader(room.newsletter(), "ana@example.org", name="Ana", consent="told me")
        yield room


def test_one_tick_at_the_due_time_is_a_whole_morning(newsroom: Newsroom, server: RecordingServer) -> None:
    service = Service(newsroom)
    service.tick()
    service.tick()
    assert [letter.rcpt_to for letter in server.received] == ["ana@example.org"]
    filed = newsroom.storage.editions.latest("daily")
    assert filed is not None
    assert filed.edition.state is EditionState.PUBLISHED


def test_two_services_started_by_mistake_mail_once(newsroom: Newsroom, server: RecordingServer) -> None:
    for service in (Service(newsroom), Service(newsroom)):
        service.tick()
    assert len(server.received) == 1


def test_before_the_time_it_only_collects_and_not_at_every_tick(
    newsroom: Newsroom, server: RecordingServer, clock: FakeClock
) -> None:
    clock.now = MORNING - timedelta(hours=1)
    service = Service(newsroom)
    service.tick()
    first = newsroom.storage.sources.health(now=clock())[0].last_success
    clock.advance(minutes=5)
    service.tick()
    assert newsroom.storage.sources.health(now=clock())[0].last_success == first
    clock.advance(minutes=30)
    service.tick()
    assert newsroom.storage.sources.health(now=clock())[0].last_success == clock()
    assert server.received == ()


def test_who_was_told_to_come_back_later_is_tried_again_by_a_later_tick(
    newsroom: Newsroom, server: RecordingServer, clock: FakeClock
) -> None:
    server.misbehave = greylist(first=1)
    service = Service(newsroom)
    service.tick()
    assert server.received == ()
    clock.advance(minutes=6)
    service.tick()
    assert len(server.received) == 1


def test_letters_to_one_person_go_out_with_the_tick(newsroom: Newsroom, server: RecordingServer) -> None:
    newsroom.add_reader(newsroom.newsletter(), "bo@example.org", name="", consent="")
    Service(newsroom).tick()
    letters = [letter for letter in server.received if letter.rcpt_to == "bo@example.org"]
    assert len(letters) == 1
    assert b"/confirm/" in letters[0].content


def test_a_service_that_was_asked_to_stop_sends_nothing_more(
    newsroom: Newsroom, server: RecordingServer
) -> None:
    service = Service(newsroom)
    service.stop()
    service.tick()
    assert server.received == ()
    filed = newsroom.storage.editions.latest("daily")
    assert filed is not None
    assert newsroom.storage.outbox.listing(filed.id, states=[DeliveryState.UNCERTAIN]) == ()


def test_a_stop_during_a_tick_finishes_the_open_letter_and_gives_the_rest_back(
    newsroom: Newsroom, server: RecordingServer
) -> None:
    for number in range(50):
        newsroom.add_reader(newsroom.newsletter(), f"r{number}@example.org", name="", consent="told me")
    service = Service(newsroom)
    behave = server.misbehave

    def stop_at_the_first(moment: object) -> object:
        service.stop()
        return behave(moment)  # type: ignore[arg-type] # passed through

    server.misbehave = stop_at_the_first  # type: ignore[assignment] # a misbehaviour for this test
    service.tick()
    filed = newsroom.storage.editions.latest("daily")
    assert filed is not None
    books = newsroom.storage.outbox.books(filed.id)
    assert books.balance
    assert (books.uncertain, books.accepted) == (0, len(server.received))
    assert books.to_do > 0
    Service(newsroom).tick()
    assert len({letter.rcpt_to for letter in server.received}) == len(server.received) == 51


def test_an_unpublished_edition_has_no_letters_and_no_archive_page(newsroom: Newsroom) -> None:
    draft = newsroom.storage.editions.save(make_edition())
    with pytest.raises(UsageError, match="not published"):
        newsroom.addresser(draft)
    with pytest.raises(UsageError, match="not published"):
        newsroom.archive_html(draft)


def test_keys_are_rotated_by_files(tmp_path: Path, server: RecordingServer) -> None:
    (tmp_path / "old.key").write_text("o" * 40)
    old = _settings(tmp_path, server, '[templates]\nfolder = "mine"\n').model_copy(
        update={"secrets": config.SecretSettings(key_file=Path("old.key"))}
    )
    (tmp_path / "mine").mkdir()
    with open_newsroom(old) as room:
        token = room.signer.derive("x", 1)
        assert room.template_folder == tmp_path / "mine"
    rotated = old.model_copy(
        update={
            "secrets": config.SecretSettings(
                key=KEY,
                old_key_files=(Path("old.key"),),
            )
        }
    )
    with open_newsroom(rotated) as room:
        assert room.signer.derive("x", 1) == token
    absent = rotated.model_copy(update={"secrets": config.SecretSettings(old_key_files=(Path("gone.key"),))})
    with pytest.raises(SettingsError, match="no secret key"), open_newsroom(absent):
        pass
    (tmp_path / "data").mkdir(exist_ok=True)
    (tmp_path / "data" / "secret.key").write_text("n" * 40)
    with pytest.raises(SettingsError, match=r"gone\.key does not exist"), open_newsroom(absent):
        pass


def test_a_feed_is_chosen_by_its_kind(tmp_path: Path, server: RecordingServer) -> None:
    feed = '[[sources]]\nname = "wire"\nurl = "https://x.example/feed.xml"\n'
    with open_newsroom(_settings(tmp_path, server, feed)) as room:
        assert [source.name for source in room.sources] == ["newsroom", "wire"]
    article = article_reader(room.settings)(str(tmp_path / "articles" / "bridge.md"))
    assert article.headline == "The bridge reopens"


def test_one_bad_newsletter_keeps_neither_the_others_nor_the_letters_from_going_out(
    tmp_path: Path, server: RecordingServer, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = '[[newsletters]]\nname = "bad"\n[[newsletters]]\nname = "daily"\nsend_at = "06:30"\n'
    with open_newsroom(_settings(tmp_path, server, more), clock=clock) as room:
        room.add_reader(room.newsletter("daily"), "ana@example.org", name="", consent="told me")
        room.add_reader(room.newsletter("daily"), "bo@example.org", name="", consent="")
        real = morning.settle_due

        def settle(newsletter: Newsletter, parts: morning.Parts, *, trouble: str) -> object:
            if newsletter.name == "bad":
                raise RuntimeError("a bad morning")
            return real(newsletter, parts, trouble=trouble)

        monkeypatch.setattr(morning, "settle_due", settle)
        Service(room).tick()
    assert {letter.rcpt_to for letter in server.received} == {"ana@example.org", "bo@example.org"}


def test_an_open_edition_of_a_newsletter_that_is_no_more_is_still_sent(
    tmp_path: Path, server: RecordingServer, clock: FakeClock
) -> None:
    old = _settings(tmp_path, server, '[[newsletters]]\nname = "old"\n')
    with open_newsroom(old, clock=clock) as room:
        room.add_reader(room.newsletter("old"), "ana@example.org", name="", consent="told me")
        room.collect()
        room.bring_out(room.newsletter("old"), room.newsletter("old").today(clock()))
    with open_newsroom(_settings(tmp_path, server), clock=clock) as room:
        Service(room).tick()
    assert [letter.rcpt_to for letter in server.received] == ["ana@example.org"]


def test_a_failing_send_or_letter_round_is_logged_and_the_tick_goes_on(
    newsroom: Newsroom, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken part")

    with monkeypatch.context() as broken:
        broken.setattr(Newsroom, "notify", fail)
        broken.setattr(Newsroom, "send", fail)
        Service(newsroom).tick()
    assert server.received == ()
    Service(newsroom).tick()
    assert len(server.received) == 1


def test_a_collection_that_fails_inside_keeps_no_edition_from_going_out(
    newsroom: Newsroom, server: RecordingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsroom.collect()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(Newsroom, "collect", fail)
    Service(newsroom).tick()
    assert [letter.rcpt_to for letter in server.received] == ["ana@example.org"]
