"""A print on the public pages: the same page, without anybody's token."""

from __future__ import annotations

import html as markup
import re

from digest.model.edition import PrintedEdition
from digest.model.marks import Mark
from digest.render.links import PublicPages

_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
_PICTURE = re.compile(r'<img src="([^"]*)"')


def print_archive(printed: PrintedEdition, *, base_url: str, site_name: str = "") -> str:
    """Return the page for readers in a browser: canonical address, Open Graph, and no personal link.

    Personal links lead to the front door, where everybody subscribes and asks for their own link.
    """
    pages = PublicPages.at(base_url)
    address = pages.edition(printed.newsletter, printed.day)
    page = printed.html
    for mark in Mark:
        page = page.replace(mark.value, pages.home)
    tags = {
        "og:type": "article",
        "og:title": markup.escape(printed.subject),
        "og:url": address,
    }
    if site_name:
        tags["og:site_name"] = markup.escape(site_name)
    # Both stand in the page already and are escaped there.
    if description := _DESCRIPTION.search(page):
        tags["og:description"] = description.group(1)
    if picture := _PICTURE.search(page):
        tags["og:image"] = picture.group(1)
    lines = [f'<link rel="canonical" href="{address}">']
    lines += [f'<meta property="{name}" content="{content}">' for name, content in tags.items()]
    return page.replace("</head>", "\n".join([*lines, "</head>"]), 1)
