"""The desk shows what would be sent, says what is wrong with it and why, and changes nothing."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from digest.desk.app import build_desk
from digest.desk.preview import OWN_LINK, edition_html, edition_text, write_preview
from digest.errors import RenderError
from digest.model.edition import Decision, Edition, Fate
from digest.model.finding import Finding, Severity
from digest.model.marks import MARK_HOST
from digest.testing.factories import make_edition, make_printed
from digest.workflows.preview import Preview

NAME = "0123456789abcdef0123456789abcdef.jpg"
EVIL = "<script>alert(1)</script>"
NIGHT = "@media (prefers-color-scheme: dark) { p { color: white } }"
FINDINGS = (
    Finding(rule="links.away", severity=Severity.INFO, message="A link leads away.", where="line 3"),
    Finding(rule="size.clipped", severity=Severity.MUST, message="It is too large."),
)
DECISIONS = (
    Decision(article_id=3, headline="Left", fate=Fate.LEFT_OUT, reason="no body"),
    Decision(article_id=2, headline="Weak", fate=Fate.BRIEF, reason="News, 2 of 2", score=1.5),
    Decision(article_id=4, headline="Strong", fate=Fate.BRIEF, reason="News, 1 of 2", score=2.25),
    Decision(article_id=1, headline="First", fate=Fate.LEAD, reason="the newest", score=0.5),
)


def make_preview(**changes: Any) -> Preview:
    printed = make_printed()
    picture = f'<img src="https://news.example/media/{NAME}"><style>{NIGHT}</style>'
    html = printed.html.replace("<body>", f"<head></head><body>{picture}")
    values: dict[str, Any] = {
        "edition": make_edition(decisions=DECISIONS),
        "printed": dataclasses.replace(printed, html=html),
        "findings": FINDINGS,
    }
    return Preview(**(values | changes))


def ask(
    path: str,
    *,
    printed_now: Callable[[], Preview] = make_preview,
    host: str = "127.0.0.1:8026",
    method: str = "GET",
    media: Path | None = None,
) -> httpx.Response:
    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(build_desk(printed_now, media_folder=media))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as client:
            return await client.request(method, path)

    return asyncio.run(go())


def fail() -> Preview:
    raise RenderError(f"edition/body.html, line 7: {EVIL}")


def test_the_desk_shows_the_edition_at_three_sizes_and_as_text() -> None:
    page = ask("/").text
    assert page.count("<iframe") == 3
    assert page.count('sandbox="allow-popups') == 3
    assert "Harbour bridge reopens" in page
    assert "Also today: two more bridges" in page
    assert "<pre" in page


def test_the_desk_says_how_large_the_edition_is() -> None:
    large = dataclasses.replace(make_printed(), html="é" * 60_000)
    page = ask("/", printed_now=lambda: make_preview(printed=large)).text
    assert "117.2 KB" in page
    assert "120,000 bytes" in page


def test_findings_stand_in_the_order_of_how_bad_they_are() -> None:
    page = ask("/").text
    assert page.index("It is too large.") < page.index("A link leads away.")
    assert "1 to mend before publishing" in page


@pytest.mark.parametrize(("findings", "words"), [((), "nothing found"), (FINDINGS[:1], "1 to look at")])
def test_the_desk_says_when_there_is_little_to_find(findings: tuple[Finding, ...], words: str) -> None:
    assert words in ask("/", printed_now=lambda: make_preview(findings=findings)).text


def test_every_decision_is_explained_the_lead_first_and_the_rest_by_score() -> None:
    page = ask("/").text
    places = [page.index(f'<th scope="row">{name}') for name in ("First", "Strong", "Weak", "Left")]
    assert places == sorted(places)
    assert "News, 1 of 2" in page
    assert "2.25" in page


@pytest.mark.parametrize("path", ["/edition.html", "/edition-night.html", "/edition.txt", "/"])
def test_nobodys_links_stand_in_a_preview(path: str) -> None:
    assert MARK_HOST not in ask(path).text


def test_the_plain_text_says_where_each_reader_has_a_link() -> None:
    answer = ask("/edition.txt")
    assert OWN_LINK in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


def test_the_colours_of_day_and_night_are_shown_whatever_the_screen_prefers() -> None:
    assert "@media not all { p { color: white } }" in ask("/edition.html").text
    assert "@media all { p { color: white } }" in ask("/edition-night.html").text


def test_pictures_come_from_the_desk_itself(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"picture")
    assert f'src="media/{NAME}"' in ask("/edition.html").text
    answer = ask(f"/media/{NAME}", media=tmp_path)
    assert (answer.status_code, answer.content) == (200, b"picture")
    assert answer.headers["content-type"] == "image/jpeg"
    drawing = NAME.replace(".jpg", ".png")
    (tmp_path / drawing).write_bytes(b"picture")
    assert ask(f"/media/{drawing}", media=tmp_path).headers["content-type"] == "image/png"


@pytest.mark.parametrize("name", ["secret.key", "..%2fsecret.key", "f" * 32 + ".jpg"])
def test_nothing_but_a_picture_leaves_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.key").write_text("secret")
    assert ask(f"/media/{name}", media=tmp_path).status_code == 404
    assert ask(f"/media/{name}").status_code == 404


def test_a_day_without_an_edition_says_why() -> None:
    edition = Edition(newsletter="daily", day=make_edition().day, reason="nothing new since Friday")
    empty = Preview(edition=edition, printed=None)
    page = ask("/", printed_now=lambda: empty).text
    assert "nothing new since Friday" in page
    assert "<iframe" not in page
    assert (edition_html(empty), edition_text(empty)) == ("", "")


def test_a_day_without_a_reason_says_what_to_do() -> None:
    edition = Edition(newsletter="daily", day=make_edition().day)
    assert "digest collect" in ask("/", printed_now=lambda: Preview(edition=edition, printed=None)).text


@pytest.mark.parametrize("path", ["/", "/edition.html", "/edition-night.html", "/edition.txt"])
def test_a_broken_template_is_named_instead_of_a_stack_trace(path: str) -> None:
    answer = ask(path, printed_now=fail)
    assert answer.status_code == 500
    assert "edition/body.html, line 7" in answer.text
    if "html" in answer.headers["content-type"]:
        assert EVIL not in answer.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.2"])
def test_other_hosts_are_refused_so_that_no_web_page_can_look_in(host: str) -> None:
    answer = ask("/", host=host)
    assert answer.status_code == 400
    assert "Harbour" not in answer.text


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "LOCALHOST"])
def test_this_machine_is_let_in(host: str) -> None:
    assert ask("/", host=host).status_code == 200


@pytest.mark.parametrize("path", ["/", "/edition.html", "/edition.txt"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_the_desk_is_for_looking_only(path: str, method: str) -> None:
    assert ask(path, method=method).status_code == 405


@pytest.mark.parametrize("path", ["/", "/edition.html"])
def test_the_desk_allows_no_script(path: str) -> None:
    headers = ask(path).headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"


def test_markup_in_what_sources_said_is_never_written_out_as_markup() -> None:
    preview = make_preview(
        edition=make_edition(
            subject=EVIL,
            preheader=EVIL,
            decisions=(Decision(article_id=1, headline=EVIL, fate=Fate.LEAD, reason=EVIL),),
        ),
        findings=(Finding(rule=EVIL, severity=Severity.MUST, message=EVIL, where=EVIL),),
        printed=make_printed(text=EVIL),
    )
    assert EVIL not in ask("/", printed_now=lambda: preview).text


def test_a_preview_is_written_into_a_folder_with_its_pictures(tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    (media / NAME).write_bytes(b"picture")
    out = tmp_path / "deep" / "out"
    index = write_preview(make_preview(), out, media_folder=media)
    assert index == out / "index.html"
    assert 'src="edition.html"' in index.read_text(encoding="utf-8")
    assert (out / "edition.txt").read_text(encoding="utf-8").startswith("The Paper")
    assert f'src="media/{NAME}"' in (out / "edition.html").read_text(encoding="utf-8")
    assert (out / "media" / NAME).read_bytes() == b"picture"
    assert (out / "edition-night.html").exists()


def test_a_preview_is_written_without_pictures_that_are_not_there(tmp_path: Path) -> None:
    write_preview(make_preview(), tmp_path / "a", media_folder=tmp_path)
    write_preview(make_preview(), tmp_path / "b")
    assert not (tmp_path / "a" / "media").exists()
    assert not (tmp_path / "b" / "media").exists()
    assert f"https://news.example/media/{NAME}" in (tmp_path / "b" / "edition.html").read_text(
        encoding="utf-8"
    )
