"""Letters to one person."""

from __future__ import annotations

import email
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from digest.errors import AddressRefused, EditionRefused
from digest.model.notice import Notice, NoticeKind
from digest.render.notices import NoticePress
from digest.testing.factories import MORNING, SIGNER
from digest.tokens import Purpose
from tests.render.printing_house import BASE, MAIL, PAPER, find, page_of, paper


def make_notice(kind: NoticeKind = NoticeKind.CONFIRM, address: str = "ana@example.com") -> Notice:
    return Notice(id=5, kind=kind, subscriber_id=9, newsletter="daily", address=address, created_at=MORNING)


def read(notice: Notice, press: NoticePress | None = None) -> tuple[EmailMessage, str, str]:
    press = press or NoticePress(PAPER, MAIL, BASE, signer=SIGNER)
    _, raw = press.print_notice(notice)
    message = email.message_from_bytes(raw, policy=policy.default)
    text, html = message.iter_parts()
    return message, text.get_content().replace("\r\n", "\n"), html.get_content()


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_a_notice_is_no_bulk_mail(kind: NoticeKind) -> None:
    message, _, _ = read(make_notice(kind))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Precedence"] is None
    assert not [name for name in message.keys() if name.startswith("List-")]  # noqa: SIM118 - keys repeat
    assert message["To"] == "ana@example.com"
    assert message["Date"] == "Tue, 14 Apr 2026 10:30:00 +0000"


def test_the_letter_that_asks_has_one_button_and_says_what_to_do_otherwise() -> None:
    message, text, html = read(make_notice())
    link = f"{BASE}/confirm/{SIGNER.sign(Purpose.CONFIRM, 9)}"
    page = page_of(html)
    assert message["Subject"] == "Please confirm your subscription to The Harbor Light"
    assert find(page, "//a[contains(@class, 'button')]/@href") == [link]
    assert set(find(page, "//@href")) == {link}
    assert find(page, "//img") == []
    assert link in text.split("\n")
    for part in (text, " ".join(html.split())):
        assert "If this was not you, ignore this letter" in part
        assert "seven days" in part


def test_the_letter_that_welcomes_shows_the_way_out() -> None:
    message, text, html = read(make_notice(NoticeKind.WELCOME))
    assert message["Subject"] == "Welcome to The Harbor Light"
    for link in (
        f"{BASE}/daily",
        f"{BASE}/unsubscribe/{SIGNER.sign(Purpose.UNSUBSCRIBE, 9)}",
        f"{BASE}/preferences/{SIGNER.sign(Purpose.PREFERENCES, 9)}",
    ):
        assert link in text.split("\n")
        assert f'href="{link}"' in html


def test_what_comes_back_goes_to_a_mailbox_of_its_own() -> None:
    envelope, _ = NoticePress(PAPER, MAIL, BASE, signer=SIGNER).print_notice(make_notice())
    assert (envelope.mail_from, envelope.rcpt_to) == ("notices@bounces.paper.example", "ana@example.com")


def test_a_second_try_sends_the_same_bytes() -> None:
    one, other = (NoticePress(PAPER, MAIL, BASE, signer=SIGNER).print_notice(make_notice()) for _ in range(2))
    assert one == other


def test_each_newsletter_goes_by_its_title() -> None:
    press = NoticePress(PAPER, MAIL, BASE, signer=SIGNER, titles={"daily": "The Morning Brief"})
    message, text, _ = read(make_notice(), press)
    assert message["Subject"].endswith("The Morning Brief")
    assert text.startswith("The Morning Brief\n")


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "ar"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_every_language_has_its_letters(language: str, kind: NoticeKind) -> None:
    press = NoticePress(paper(language=language, postal_address=""), MAIL, BASE, signer=SIGNER)
    message, _, html = read(make_notice(kind), press)
    assert 0 < len(message["Subject"]) <= 70
    assert message["Content-Language"] == language
    assert page_of(html).get("dir") == ("rtl" if language == "ar" else "ltr")


def test_a_reader_s_address_is_shown_as_text() -> None:
    _, _, html = read(make_notice(address="o'brien&co@example.com"))
    assert "o'brien&amp;co@example.com" in html


def test_an_address_that_cannot_be_mailed_is_refused() -> None:
    with pytest.raises(AddressRefused):
        NoticePress(PAPER, MAIL, BASE, signer=SIGNER).print_notice(make_notice(address="nobody"))


def test_a_letter_without_a_link_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "notice/confirm").mkdir(parents=True)
    (tmp_path / "notice/confirm/body.html").write_text(
        '<html><head></head><body><a href="">x</a></body></html>', encoding="utf-8"
    )
    with pytest.raises(EditionRefused, match="has no address"):
        NoticePress(PAPER, MAIL, BASE, signer=SIGNER, folder=tmp_path).print_notice(make_notice())
