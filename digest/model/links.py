"""When two links lead to the same page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

_CAMPAIGN = re.compile(r"utm_|fbclid|gclid|mc_[ce]id|ref$")


def same_link(url: str) -> str:
    """Return a link in the form in which two spellings of one page compare equal.

    Scheme, `www.`, a last slash, fragments and campaign parameters make no difference.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    host = parts.netloc.casefold().removeprefix("www.")
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if not _CAMPAIGN.match(name)])
    return f"{host}{parts.path.rstrip('/')}?{query}"
