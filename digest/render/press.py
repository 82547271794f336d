"""The press: an edition becomes its print, once.

Jinja2 makes the page, premailer moves its styles inline, the text part is printed from the same
edition, and a proof counts what every reader must find in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment

from digest.config import MailSettings, PaperSettings
from digest.model.colours import dark_palette, light_palette
from digest.model.edition import Edition, PrintedEdition
from digest.model.marks import Mark
from digest.render.clean import clean_edition, cut, one_line, safe_link
from digest.render.environment import find_locale, open_environment, print_template
from digest.render.inline import inline_styles
from digest.render.links import PublicPages
from digest.render.plaintext import tidy
from digest.render.proof import prove_links, prove_marks, prove_tokens
from digest.render.words import read_words

MAX_SUBJECT = 70
MIN_PREHEADER, MAX_PREHEADER = 40, 130


class EditionPress:
    """Print editions of one paper; implements `ports.Press`.

    `titles` says what stands in the masthead of each newsletter, by its name; the paper's name where it
    says nothing. `folder` holds the paper's own templates.
    """

    def __init__(
        self,
        paper: PaperSettings,
        mail: MailSettings,
        base_url: str,
        *,
        titles: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._titles = dict(titles or {})
        self._paper = paper
        self._pages = PublicPages.at(base_url)
        self._setting = open_setting(paper, mail, self._pages, folder=folder)

    def prepare(self, edition: Edition) -> Edition:
        """Return the edition as it will be printed: every text on one line, every link checked."""
        return clean_edition(edition)

    def print_edition(self, edition: Edition) -> PrintedEdition:
        """Print it; raises `RenderError` for a wrong template, `EditionRefused` for what may not go out."""
        cleaned = clean_edition(edition)
        title = one_line(self._titles.get(edition.newsletter, "")) or one_line(self._paper.name)
        environment, shared = self._setting
        values = shared | {
            "edition": cleaned,
            "title": title,
            "page_url": self._pages.edition(edition.newsletter, edition.day),
            "archive_url": self._pages.archive(edition.newsletter),
            "unsubscribe_url": Mark.UNSUBSCRIBE.value,
            "preferences_url": Mark.PREFERENCES.value,
        }
        subject = cut(one_line(print_template(environment, "edition/subject.txt", **values)), MAX_SUBJECT)
        values["subject"] = subject or cut(title, MAX_SUBJECT)
        values["preheader"] = write_preheader(cleaned, values["subject"], values["words"])
        html = inline_styles(
            print_template(environment, "edition/body.html", **values), name="edition/body.html"
        )
        text = tidy(print_template(environment, "edition/body.txt", **values))
        prove_marks(html, text)
        prove_links(html)
        prove_tokens(values["subject"], html, text)
        return PrintedEdition(
            newsletter=edition.newsletter, day=edition.day, subject=values["subject"], html=html, text=text
        )


def open_setting(
    paper: PaperSettings, mail: MailSettings, pages: PublicPages, *, folder: Path | None
) -> tuple[Environment, dict[str, Any]]:
    """Return the environment and the values that all letters of a paper share."""
    environment = open_environment(folder, language=paper.language, zone=ZoneInfo(paper.timezone))
    locale = find_locale(paper.language)
    return environment, {
        "paper": {
            "name": one_line(paper.name),
            "url": safe_link(paper.url),
            "tagline": one_line(paper.tagline),
            "postal_address": one_line(paper.postal_address),
            "corrections_email": one_line(paper.corrections_email),
            "contact_email": one_line(mail.reply_to),
        },
        "language": paper.language,
        "dir": "rtl" if locale.character_order == "right-to-left" else "ltr",
        "words": read_words(folder, paper.language),
        "light": light_palette(paper.colour),
        "dark": dark_palette(paper.colour),
        "home_url": pages.home,
    }


def write_preheader(edition: Edition, subject: str, words: Mapping[str, Any]) -> str:
    """Return what a letter box shows behind the subject: the edition's own line, or its other headlines.

    Between 40 and 130 characters where the edition has that much to say; never the subject again.
    """
    stories = edition.stories
    first = stories[0].headline if stories else ""
    line = edition.preheader if edition.preheader not in {subject, first} else ""
    also = "; ".join(story.headline for story in stories[1:] if story.headline != subject)
    for more in (f"{words['also_today']} {also}" if also else "", words["no_preheader"]):
        if len(line) < MIN_PREHEADER:
            line = f"{line} {more}".strip()
    return cut(line, MAX_PREHEADER)
