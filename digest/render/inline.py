"""Move style rules into `style` attributes, once per edition, by premailer.

premailer costs 150 ms to import (requests, cssutils), so that happens at the first print. It is given
a tree and not a text: then we parse and write the page ourselves and nothing else is rewritten.

* `<style data-press="inline">` is inlined and taken out: mail programs get no rule twice.
* `<style data-premailer="ignore">` stays untouched: media queries and schemes, which premailer reorders.
* any other `<style>`, such as a paper's own, is inlined and kept.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

from lxml import etree

from digest.errors import RenderError

if TYPE_CHECKING:
    from collections.abc import Callable

DOCTYPE = "<!DOCTYPE html>"


def inline_styles(html: str, *, name: str) -> str:
    """Return the page with its styles inlined, beginning with an upper-case doctype.

    `name` is the template's, for the `RenderError` that an unreadable page raises.
    """
    try:
        root = etree.fromstring(html, etree.HTMLParser(huge_tree=True))
        head, body = root.find("head"), root.find("body")
    except (etree.LxmlError, AttributeError) as error:  # some releases of lxml raise, some give None
        raise RenderError(f"{name}: the page is empty; correct the template") from error
    if head is None or body is None:
        raise RenderError(f"{name}: the page needs <head> and <body>; compare it with the shipped one")
    try:
        _premailer()(
            root,
            allow_network=False,
            allow_loading_external_files=False,
            strip_important=False,
            keep_style_tags=True,
            remove_classes=False,
            remove_unset_properties=False,
            align_floating_images=False,
            disable_validation=True,
            # Heights and widths stand in the templates as attributes where Outlook needs them.
            disable_basic_attributes=["width", "height"],
            cssutils_logging_level=logging.CRITICAL,
        ).transform()
    except Exception as error:  # three libraries fail here, each in its own ways
        raise RenderError(f"{name}: styles cannot be inlined ({error}); correct the template") from error
    for style in head.findall("style[@data-press='inline']"):
        head.remove(style)
    page = etree.tostring(root, method="html", encoding="unicode")
    return f"{DOCTYPE}\n{page}\n"


@cache
def _premailer() -> Callable[..., Any]:
    from premailer import Premailer  # noqa: PLC0415 - 150 ms, paid only by who prints

    return Premailer  # type: ignore[no-any-return] # the library ships no types
