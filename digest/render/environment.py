"""The Jinja2 environment: a paper's own templates first, the shipped ones behind them.

A template of the paper's may extend the one it replaces: `{% extends "shipped/edition/body.html" %}`.
Templates run in Jinja2's sandbox, escape HTML, and fail on any name that is not there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date
from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment

from digest.errors import RenderError
from digest.model.article import Image
from digest.render.clean import cut, text_direction
from digest.resources import find_shipped

SHIPPED = "shipped"
_LINE = 72


def open_environment(folder: Path | None, *, language: str, zone: ZoneInfo) -> Environment:
    """Return the environment for one language; `folder` holds the paper's own templates, if it has any.

    Filters: `long_date` and `short_date` in the edition's language and zone, `plural` of a table of
    words, `fill` for plain text, `fit` for pictures, `direction` and `shorten` for headlines.
    """
    shipped = find_shipped("templates")
    loaders: list[BaseLoader] = [FileSystemLoader(folder)] if folder else []
    loaders += [FileSystemLoader(shipped), PrefixLoader({SHIPPED: FileSystemLoader(shipped)})]
    environment = ImmutableSandboxedEnvironment(
        loader=ChoiceLoader(loaders),
        undefined=StrictUndefined,
        autoescape=select_autoescape(("html", "xml"), default=False, default_for_string=False),
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    locale = find_locale(language)

    def long_date(day: date) -> str:
        return format_date(_local(day, zone), "full", locale=locale)

    def short_date(day: date) -> str:
        return format_date(_local(day, zone), "medium", locale=locale)

    def plural(count: int, forms: Mapping[str, str]) -> str:
        form = forms.get(locale.plural_form(count), forms["other"])
        return form.format(count=count)

    environment.filters |= {
        "long_date": long_date,
        "short_date": short_date,
        "plural": plural,
        "fill": fill,
        "fit": fit,
        "direction": text_direction,
        "shorten": cut,
    }
    return environment


def find_locale(language: str) -> Locale:
    """Return Babel's locale for a BCP 47 language, English where Babel knows none."""
    for name in (language, language.partition("-")[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")


def print_template(environment: Environment, name: str, /, **values: Any) -> str:
    """Return the printed template; raises `RenderError` naming template and line."""
    with _explained(name):
        return environment.get_template(name).render(values)


def fill(text: str, width: int = _LINE) -> str:
    """Return the text in lines of at most `width` characters."""
    return "\n".join(textwrap.wrap(text, width, break_on_hyphens=False))


def fit(image: Image, width: int, height: int) -> tuple[int, int]:
    """Return the size at which a picture is shown: its own, shrunk to fit a box."""
    own_width, own_height = max(image.width or 1, 1), max(image.height or 1, 1)
    scale = min(1.0, width / own_width, height / own_height)
    return max(1, round(own_width * scale)), max(1, round(own_height * scale))


def _local(day: date, zone: ZoneInfo) -> date:
    return day.astimezone(zone) if isinstance(day, datetime) else day


@contextmanager
def _explained(name: str) -> Iterator[None]:
    """Turn whatever a template raises into one `RenderError`; templates may fail in any way at all."""
    try:
        yield
    except TemplateNotFound as error:
        raise RenderError(
            f"{name}: there is no template {error.name}; see [templates] folder, or install again"
        ) from error
    except TemplateSyntaxError as error:
        raise RenderError(f"{error.name or name}, line {error.lineno}: {error.message}") from error
    except (
        TemplateError,
        ArithmeticError,
        AttributeError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
    ) as error:
        where = _place(error.__traceback__) or name
        raise RenderError(f"{where}: {error}; correct the template") from error
    except RecursionError as error:
        raise RenderError(f"{name}: the template includes itself without end; correct it") from error


def _place(traceback: TracebackType | None) -> str:
    """Return the innermost template and line: Jinja2 gives its frames the template's file and lines."""
    place = ""
    for frame, line in walk_tb(traceback):
        if frame.f_globals.get("__jinja_exception__") is not None:
            file = Path(frame.f_code.co_filename)
            place = f"{file.parent.name}/{file.name}, line {line}"
    return place
