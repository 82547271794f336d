"""The checker: every check, one list of findings."""

from __future__ import annotations

from dataclasses import dataclass

from digest.checks.headers import check_headers
from digest.checks.html import check_html
from digest.checks.images import check_images
from digest.checks.links import check_links
from digest.checks.page import Page
from digest.checks.size import check_size, check_text
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding, Severity

_ORDER = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class EditionChecker:
    """Check printed editions; implements `ports.Checker`."""

    def check(self, edition: Edition, printed: PrintedEdition) -> tuple[Finding, ...]:
        """Return what is wrong: first what stops publishing, then by rule, then in the page's order.

        Never raises, whatever a template printed.
        """
        page = Page.of(edition, printed)
        found = (
            finding
            for check in (check_headers, check_html, check_images, check_links, check_size, check_text)
            for finding in check(page)
        )
        return tuple(sorted(found, key=lambda finding: (_ORDER[finding.severity], finding.rule)))
