"""Links of articles: absolute, http or https, without what tracks readers."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit, urlunsplit

_TRACKING = re.compile(
    r"^(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|igsh|mc_cid|mc_eid|_hsenc|_hsmi|mkt_tok|oly_\w+|"
    r"vero_\w+|ncid|cmpid|wt_mc|ref_src|ref_url|s_cid|spm|ocid|__twitter_impression|at_medium|at_campaign|"
    r"pk_\w+|mtm_\w+)$",
    re.IGNORECASE,
)
_BAD = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\"'<>\\^`{|}]")
_MAX = 2000


def clean_link(written: str | None, base: str = "") -> str | None:
    """Return a link made absolute and clean; None unless it is a plain http or https address.

    Tracking parameters go; user names and addresses with control characters or quotes are refused.
    """
    text = re.sub(r"[\t\r\n]", "", (written or "").strip())
    if not text:
        return None
    try:
        url = urlsplit(urljoin(base, text.replace(" ", "%20")))
        _ = url.port
    except ValueError:
        return None
    if url.scheme.lower() not in {"http", "https"} or not url.hostname or "@" in url.netloc:
        return None
    query = "&".join(p for p in url.query.split("&") if p and not _TRACKING.match(p.partition("=")[0]))
    query = query.replace("'", "%27").replace("|", "%7C")
    path = url.path.replace("'", "%27")
    fragment = "" if "=" in url.fragment else url.fragment
    whole = urlunsplit((url.scheme.lower(), url.netloc, path, query, fragment))
    return None if _BAD.search(whole) or len(whole) > _MAX else whole
