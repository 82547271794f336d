"""A preview as pages: the desk around it, the edition, its plain text; served by the app or written out."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
from pathlib import Path

from jinja2 import FileSystemLoader, StrictUndefined, select_autoescape
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from digest.model.edition import Decision, Edition, Fate
from digest.model.finding import Severity
from digest.model.marks import Mark
from digest.resources import find_shipped
from digest.workflows.preview import Preview

CLIPPED_AT = 102 * 1024
"""Gmail cuts an HTML part that is larger."""
OWN_LINK = "(the link of each reader)"
_PICTURE = re.compile(r"https?://[^\s\"'<>()]+/media/([0-9a-f]{16,64}\.(?:jpg|png))")
_NIGHT = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_FATES = {fate: place for place, fate in enumerate(Fate)}
_SEVERITIES = {severity: place for place, severity in enumerate(Severity)}


class Desk:
    """Print the desk's pages from the shipped templates."""

    def __init__(self) -> None:
        environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader(find_shipped("templates")),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        style = environment.get_template("desk/style.css").render()
        environment.globals["style"] = Markup(style)  # noqa: S704 - our own style sheet
        self._page = environment.get_template("desk/desk.html")
        self._trouble = environment.get_template("desk/trouble.html")
        self.style_hash = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()

    def page(self, preview: Preview) -> str:
        """Return the desk: the edition's panes, what the checks say, and why each story is in or out."""
        edition, printed = preview.edition, preview.printed
        size = len(printed.html.encode()) if printed else 0
        return self._page.render(
            edition=edition,
            printed=printed,
            text=edition_text(preview),
            html_size=size,
            text_size=len(printed.text.encode()) if printed else 0,
            clipped_at=CLIPPED_AT,
            findings=sorted(preview.findings, key=lambda finding: _SEVERITIES[finding.severity]),
            must=sum(finding.severity is Severity.MUST for finding in preview.findings),
            decisions=_decisions(edition),
        )

    def trouble(self, message: str) -> str:
        """Return the page that says why there is nothing to look at."""
        return self._trouble.render(message=message)


def edition_html(preview: Preview, *, night: bool = False, pictures_beside: bool = True) -> str:
    """Return the edition for looking at: nobody's links, and stories in a new window.

    It has the colours of day or `night`, whatever the editor's own screen prefers. Pictures are those
    beside it in `media/`, or else those of the public pages.
    """
    if preview.printed is None:
        return ""
    page = preview.printed.html
    for mark in Mark:
        page = page.replace(mark.value, "#")
    page = page.replace("<head>", '<head><base target="_blank">', 1)
    page = _NIGHT.sub("@media all" if night else "@media not all", page)
    return _PICTURE.sub(r"media/\1", page) if pictures_beside else page


def edition_text(preview: Preview) -> str:
    """Return the plain text without anybody's links."""
    text = preview.printed.text if preview.printed else ""
    for mark in Mark:
        text = text.replace(mark.value, OWN_LINK)
    return text


def write_preview(preview: Preview, folder: Path, *, media_folder: Path | None = None) -> Path:
    """Write the desk's page and the edition as HTML, by day and night, and text; return the page's path.

    The edition's pictures are copied along from `media_folder`, so that the folder can be passed on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    index = folder / "index.html"
    index.write_text(Desk().page(preview), encoding="utf-8")
    for name, night in (("edition.html", False), ("edition-night.html", True)):
        page = edition_html(preview, night=night, pictures_beside=media_folder is not None)
        (folder / name).write_text(page, encoding="utf-8")
    (folder / "edition.txt").write_text(edition_text(preview), encoding="utf-8")
    if media_folder is not None and preview.printed is not None:
        for name in sorted(set(_PICTURE.findall(preview.printed.html))):
            if (media_folder / name).is_file():
                (folder / "media").mkdir(exist_ok=True)
                shutil.copyfile(media_folder / name, folder / "media" / name)
    return index


def _decisions(edition: Edition) -> list[Decision]:
    return sorted(edition.decisions, key=lambda one: (_FATES[one.fate], -one.score))
