"""The printer of the public pages: templates, the one style sheet, and the headers that fit them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_day_names
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.responses import HTMLResponse

from digest.config import PaperSettings
from digest.errors import RenderError
from digest.model.colours import dark_palette, light_palette
from digest.model.newsletter import Newsletter
from digest.ports import Clock
from digest.resources import find_shipped
from digest.web.security import page_policy, security_headers

PAGES = (
    "archive",
    "check_mail",
    "confirm",
    "confirmed",
    "error",
    "goodbye",
    "preferences",
    "privacy",
    "subscribe",
    "unsubscribe",
)
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


class Printer:
    """Print pages. `folder` holds the paper's own templates; what it lacks is taken from the shipped ones.

    Raises `RenderError` for a template that cannot even be read.
    """

    def __init__(
        self,
        *,
        paper: PaperSettings,
        newsletters: Sequence[Newsletter],
        clock: Clock,
        base_url: str,
        folder: Path | None = None,
    ) -> None:
        shipped = FileSystemLoader(find_shipped("templates"))
        loaders: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
        loaders += [shipped, PrefixLoader({"shipped": shipped})]
        self._environment = ImmutableSandboxedEnvironment(
            loader=ChoiceLoader(loaders),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html",)),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.filters |= {
            "long_date": _long_date,
            "month": _month,
            "clock_time": _clock_time,
            "weekday": _weekday,
            "masked": masked,
        }
        self._clock = clock
        self._zone_of = newsletters[0]
        self._headers = security_headers(base_url)
        self._environment.globals |= {
            "paper": paper,
            "newsletters": tuple(newsletters),
            "locale": _page_locale(paper.language),
            "root": urlsplit(base_url).path.rstrip("/"),
            "home": base_url,
        }
        try:
            style = self._environment.get_template("web/style.css").render(
                light=light_palette(paper.colour), dark=dark_palette(paper.colour)
            )
            for name in PAGES:
                self._environment.get_template(f"web/{name}.html")
        except TemplateSyntaxError as error:
            raise RenderError(f"{error.name}, line {error.lineno}: {error.message}") from error
        except TemplateError as error:
            raise RenderError(f"the templates of the public pages: {error}; correct them") from error
        self._environment.globals["style"] = Markup(style)  # noqa: S704 - the paper's own style sheet
        self._headers["Content-Security-Policy"] = page_policy(style)

    def page(
        self,
        name: str,
        /,
        *,
        status: int = 200,
        headers: Mapping[str, str] = _PRIVATE,
        background: BackgroundTask | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """Return a page; unless `headers` say otherwise, nobody keeps it and no robot lists it."""
        today = self._zone_of.today(self._clock())
        text = self._environment.get_template(f"web/{name}.html").render(values, today=today)
        return HTMLResponse(
            text, status_code=status, headers={**self._headers, **headers}, background=background
        )

    def error(self, status: int, headers: Mapping[str, str] | None = None) -> HTMLResponse:
        """Return the polite page for an HTTP status, in plain HTML should even the template fail."""
        try:
            return self.page("error", status=status, code=status, headers={**_PRIVATE, **(headers or {})})
        except Exception:
            if status < 500:  # noqa: PLR2004 - the template itself is at fault: that is a 500
                raise
            plain = "<!DOCTYPE html><title>Error</title><p>Something failed here. Please try again later."
            return HTMLResponse(plain, status_code=status, headers={**self._headers, **_PRIVATE})


def masked(address: str) -> str:
    """Return an address so that its owner knows it and others do not learn it."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _page_locale(language: str) -> str:
    """Return the Babel locale of the shipped pages, which are English of some country."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return "en"
    return str(locale) if locale.language == "en" else "en"


def _long_date(day: date, locale: str) -> str:
    return format_date(day, "full", locale=locale)


def _month(day: date, locale: str) -> str:
    return format_date(day, "LLLL yyyy", locale=locale)


def _clock_time(at: time, locale: str) -> str:
    # Babel's narrow space is missing from many fonts.
    return format_time(at, "short", locale=locale).replace("\u202f", "\u00a0")


def _weekday(day: int, locale: str) -> str:
    return str(get_day_names("wide", context="stand-alone", locale=locale)[day])
