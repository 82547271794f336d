"""A printed edition, parsed once for all checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from lxml import etree

from digest.model.edition import Edition, PrintedEdition


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What the checks look at: the edition, its print, and the elements of the HTML part in order."""

    edition: Edition
    printed: PrintedEdition
    elements: tuple[etree._Element, ...]

    @classmethod
    def of(cls, edition: Edition, printed: PrintedEdition) -> Page:
        """Parse a print; what is no HTML at all has no elements. Never raises."""
        return cls(edition=edition, printed=printed, elements=_parse(printed.html))

    def named(self, *tags: str) -> tuple[etree._Element, ...]:
        """Return the elements of these names, in order."""
        return tuple(element for element in self.elements if element.tag in tags)


def _parse(html: str) -> tuple[etree._Element, ...]:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True)
    raw = html.encode("utf-8", "replace").replace(b"\0", b"")
    tree = etree.fromstring(raw, parser)
    found = tree.iter() if tree is not None else ()
    return tuple(element for element in found if isinstance(element.tag, str))


def attribute(element: etree._Element, name: str) -> str | None:
    """Return an attribute without white space around it, or None."""
    value = element.get(name)
    return None if value is None else value.strip()


def text_of(element: etree._Element) -> str:
    """Return the text of an element on one line; a picture's `alt` stands for it."""
    parts = [str(part) for part in cast(list[object], element.xpath(".//text()"))]
    alts = [attribute(image, "alt") or "" for image in element.iter("img")]
    return " ".join(" ".join([*parts, *alts]).split())


def line_of(element: etree._Element) -> str:
    """Return where an element stands, in words."""
    return f"line {element.sourceline}"
