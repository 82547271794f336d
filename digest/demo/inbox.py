"""Lay out what arrived so that it can be looked at in a browser, without a mail program or a network."""

from __future__ import annotations

import email
import email.policy
import html
import shutil
from datetime import date
from pathlib import Path
from string import Template

from digest.errors import DigestError
from digest.newsroom import Newsroom
from digest.resources import find_shipped


def lay_out_inbox(newsroom: Newsroom, day: date, *, folder: Path, inbox: Path) -> tuple[Path, Path, Path]:
    """Write the edition's HTML and text, and a page over the inbox; returns their three paths.

    Pictures, which letters name by their public address, are shown from the demo's own folder.
    """
    filed = newsroom.storage.editions.get(newsroom.newsletter().name, day)
    if filed is None or filed.printed is None:
        raise DigestError(f"there is no printed edition of {day} to show; run the demo in an empty folder")
    pictures = folder / "media"
    if newsroom.media_folder != pictures:
        shutil.copytree(newsroom.media_folder, pictures, dirs_exist_ok=True)
    public = newsroom.settings.web.base_url + "/media/"
    edition, text, page = folder / "edition.html", folder / "edition.txt", folder / "inbox.html"
    edition.write_text(newsroom.archive_html(filed).replace(public, "media/"), encoding="utf-8")
    text.write_text(filed.printed.text, encoding="utf-8")
    letters = folder / "letters"
    letters.mkdir(exist_ok=True)
    rows = [_lay_out_letter(path, letters, public) for path in sorted(inbox.glob("*.eml"))]
    template = Template((find_shipped("templates") / "demo" / "inbox.html").read_text(encoding="utf-8"))
    page.write_text(
        template.substitute(rows="\n".join(rows), count=len(rows), first=f"letters/{_first(inbox)}.html"),
        encoding="utf-8",
    )
    return edition, text, page


def _first(inbox: Path) -> str:
    return min(path.stem for path in inbox.glob("*.eml"))


def _lay_out_letter(path: Path, letters: Path, public: str) -> str:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    body = message.get_body(("html",))
    content = body.get_content() if body is not None else ""
    # A reader may look around in the letter, but nothing in the demo may run or leave this machine.
    shown = content.replace(public, "../media/")
    (letters / f"{path.stem}.html").write_text(shown, encoding="utf-8")
    to, subject = html.escape(str(message["To"])), html.escape(str(message["Subject"]))
    target, raw = html.escape(f"letters/{path.stem}.html"), html.escape(f"inbox/{path.name}")
    return (
        f'<li><a class="letter" href="{target}" target="letter"><b>{to}</b><span>{subject}</span></a>'
        f'<a class="raw" href="{raw}">.eml</a></li>'
    )
