"""All checks over one printed edition."""

from __future__ import annotations

from digest.checks.headers import check_headers
from digest.checks.html import check_html, parse
from digest.checks.links import check_links
from digest.checks.pictures import check_pictures
from digest.checks.size import check_size
from digest.checks.text import check_text
from digest.model.edition import Edition, PrintedEdition
from digest.model.finding import Finding, Severity


class EditionChecker:
    """Say what is wrong with a printed edition; implements `ports.Checker`."""

    def check(self, edition: Edition, printed: PrintedEdition) -> tuple[Finding, ...]:
        """Return the findings, the worst first, then by rule and place."""
        tree = parse(printed.html)
        findings = [
            *check_html(printed.html, tree),
            *check_links(edition, printed, tree),
            *check_pictures(edition, tree),
            *check_size(printed),
            *check_headers(edition, printed),
            *check_text(printed),
        ]
        order = list(Severity)
        return tuple(sorted(findings, key=lambda f: (order.index(f.severity), f.rule, f.where, f.message)))
