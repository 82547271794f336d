"""SNworks: what its pages show, and whether its sections answer as JSON."""

from __future__ import annotations

from digest.errors import SourceError
from digest.ingest.discover.cms import Told
from digest.ingest.discover.homepage import HomePage
from digest.ingest.discover.navigation import section_slugs
from digest.ingest.discover.visit import Visit
from digest.ingest.snworksjson import read_listing
from digest.model.site import FoundSource

CMS = "SNworks"
_SIGNS = ("snworksceo.imgix.net", "/plugin/feeds/", "powered by snworks", "solutions by the state news")
_FIRST_TRIES = 2
_CERTAIN = 2
_SAMPLE = 10
_USUAL = "news"
_NO_SECTIONS = (
    "The home page shows no links to sections. Write the slugs of those to read into the source, such as "
    'sections = ["news", "sports"].'
)


def ask_snworks(page: HomePage, visit: Visit) -> Told | None:
    """Ask a site for a section as JSON; None if SNworks does not publish it."""
    sections = section_slugs(page)
    signs = sum(sign in page.text for sign in _SIGNS) + bool(sections)
    if not page.refused and "snworks" not in page.text and signs < _CERTAIN:
        return None
    tries = [f"{page.root}/section/{slug}.json?per_page=1" for slug in (*sections, _USUAL)][:_FIRST_TRIES]
    answers = any(_is_section(visit.find_json(url)) for url in tries)
    if not answers and (page.refused or signs < _CERTAIN):
        return None
    why = (
        "SNworks publishes the site and answers JSON for its sections."
        if answers
        else "SNworks publishes the site, but did not give us the JSON of its sections."
    )
    return Told(
        cms=CMS,
        source=FoundSource(
            kind="snworks",
            url=page.root,
            sections=tuple(sections) or (_USUAL,),
            alternate=not answers,
            why=why,
        ),
        sections=tuple(sections.values()),
        missing=(
            *(() if answers else (_closed(next(filter(None, map(visit.refusal, tries)), None)),)),
            *(() if sections else (_NO_SECTIONS,)),
        ),
    )


def _closed(refusal: SourceError | None) -> str:
    return (
        f"SNworks does not give us its articles as JSON{f' ({refusal})' if refusal else ''}. Ask SNworks to "
        "allow our User-Agent for /section/*.json and /article/*.json; until then its feed must do."
    )


def _is_section(data: object) -> bool:
    """Say whether this is a section with articles, however it is wrapped."""
    try:
        items = read_listing(data)[0].items[:_SAMPLE]
    except SourceError:
        return False
    return bool(items) and all(isinstance(item, dict) and "headline" in item for item in items)
