"""The rules: what is looked for, how bad it is, and why it matters in an inbox."""

from __future__ import annotations

from dataclasses import dataclass

from digest.model.finding import Finding, Severity


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that is looked for. `id` is what settings, overrides and reports call it."""

    id: str
    severity: Severity
    summary: str

    def finding(self, message: str, where: str = "") -> Finding:
        """Return a finding of this rule: what is wrong, what to do, and where it stands."""
        return Finding(rule=self.id, severity=self.severity, message=message, where=where)


DOCTYPE = Rule(
    "html.doctype", Severity.MUST, "begins with an upper-case doctype, or clients lay out in quirks mode"
)
LANGUAGE = Rule("html.lang", Severity.MUST, "lang and dir stand on html and on a wrapper, for screen readers")
HEADINGS = Rule(
    "html.headings", Severity.SHOULD, "one h1, and no level skipped, so that it can be read aloud"
)
ALT = Rule("html.alt", Severity.MUST, "every picture has an alt text, or an empty one if it is decoration")
DIMENSIONS = Rule(
    "html.dimensions", Severity.SHOULD, "every picture has width and height, so that nothing jumps"
)
FORBIDDEN = Rule(
    "html.forbidden", Severity.MUST, "no script, form, frame, remote style or font: clients strip them"
)
TOKENS = Rule("html.tokens", Severity.MUST, "no template code was left unprinted")
LAYOUT = Rule(
    "html.layout-tables", Severity.SHOULD, "layout tables say role=presentation, or are read as tables"
)
MARKS = Rule("links.marks", Severity.MUST, "unsubscribe and preferences stand in HTML and text")
SCHEMES = Rule("links.scheme", Severity.MUST, "links are http, https or mailto, and none is empty")
PARITY = Rule("links.parity", Severity.MUST, "every story's link stands in HTML and in text")
CLIPPED = Rule("size.clipped", Severity.MUST, "the HTML is at most 102,000 bytes, behind which Gmail clips")
HEAVY = Rule("size.heavy", Severity.SHOULD, "the HTML is at most 80,000 bytes, which leaves room")
FOOTER = Rule("size.footer", Severity.MUST, "the unsubscribe link lies before byte 102,000")
SUBJECT = Rule("headers.subject", Severity.MUST, "the subject has 1 to 70 characters, none of them a control")
ENCODED = Rule("headers.encoded-word", Severity.MUST, "no headline smuggles an encoded word into the subject")
PREHEADER = Rule("headers.preheader", Severity.SHOULD, "the preheader has 40 to 130 characters and new words")
CREDIT = Rule("pictures.credit", Severity.MUST, "every picture carries its credit")
LINES = Rule("text.lines", Severity.MUST, "no line of the plain text is over 998 bytes")
BLANKS = Rule("text.blanks", Severity.SHOULD, "no runs of blank lines in the plain text")
ENTITIES = Rule("text.entities", Severity.SHOULD, "no HTML entities or tags in the plain text")

RULES: tuple[Rule, ...] = (
    DOCTYPE,
    LANGUAGE,
    HEADINGS,
    ALT,
    DIMENSIONS,
    FORBIDDEN,
    TOKENS,
    LAYOUT,
    MARKS,
    SCHEMES,
    PARITY,
    CLIPPED,
    HEAVY,
    FOOTER,
    SUBJECT,
    ENCODED,
    PREHEADER,
    CREDIT,
    LINES,
    BLANKS,
    ENTITIES,
)
