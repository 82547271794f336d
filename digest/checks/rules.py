"""The table of rules: what is checked, and how bad a breach is."""

from __future__ import annotations

from dataclasses import dataclass

from digest.model.finding import Finding, Severity

_MUST, _SHOULD, _INFO = Severity.MUST, Severity.SHOULD, Severity.INFO


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its id, how bad a breach is, and what it asks for in one line."""

    id: str
    severity: Severity
    summary: str


RULES: tuple[Rule, ...] = (
    Rule("headers.subject-controls", _MUST, "The subject is one line without control characters."),
    Rule("headers.subject-empty", _MUST, "There is a subject."),
    Rule("headers.subject-encoded", _MUST, "The subject holds no `=?`, which mail programs would decode."),
    Rule("headers.subject-length", _SHOULD, "The subject has at most 70 characters."),
    Rule("headers.preheader-length", _SHOULD, "The preheader has 40 to 130 characters."),
    Rule(
        "headers.preheader-repeats", _SHOULD, "The preheader is neither the subject nor the first headline."
    ),
    Rule("headers.preheader-padding", _SHOULD, "The preheader is not padded with invisible characters."),
    Rule("html.doctype", _MUST, "The page begins with `<!DOCTYPE html>`, in capitals."),
    Rule("html.lang", _MUST, "The `html` element has a `lang`."),
    Rule("html.dir", _SHOULD, "The `html` element has a `dir` of `ltr` or `rtl`."),
    Rule(
        "html.wrapper", _SHOULD, "An element inside the body repeats `lang` and `dir`: webmail drops `html`."
    ),
    Rule("html.role", _INFO, "The wrapper is an `article` with a label, for screen readers."),
    Rule("html.title", _SHOULD, "The `title` is the subject."),
    Rule("html.charset", _SHOULD, "The page names its character set, UTF-8."),
    Rule("html.h1", _SHOULD, "There is exactly one `h1`: the masthead."),
    Rule("html.heading-order", _SHOULD, "Headings go down one level at a time."),
    Rule("html.layout-table", _SHOULD, "Tables for layout say `role=presentation`."),
    Rule("html.token", _MUST, "No template syntax is left unprinted."),
    Rule("html.script", _MUST, "There is no script."),
    Rule("html.form", _MUST, "There is no form."),
    Rule("html.remote-style", _MUST, "No style sheet, font or background is fetched from elsewhere."),
    Rule("html.embedded", _MUST, "There is no frame, plug-in, audio or video."),
    Rule("images.alt", _MUST, "Every picture has an `alt`, empty only for decoration."),
    Rule("images.address", _MUST, "Every picture has a web address."),
    Rule("images.https", _SHOULD, "Pictures are fetched by https."),
    Rule("images.dimensions", _SHOULD, "Every picture has a width and a height in pixels."),
    Rule("images.format", _SHOULD, "Pictures are JPEG, PNG or GIF, without `srcset`."),
    Rule("images.credit", _MUST, "Every picture of a story is printed with its credit."),
    Rule("links.empty", _MUST, "No link is empty."),
    Rule("links.scheme", _MUST, "Links lead to web or mail addresses only."),
    Rule("links.mark-html", _MUST, "The HTML part links to unsubscribing and to the preferences."),
    Rule("links.mark-text", _MUST, "The text part names the same two addresses."),
    Rule("links.story-html", _MUST, "Every story's address stands in the HTML part."),
    Rule("links.story-text", _MUST, "Every story's address stands in the text part."),
    Rule("links.unsubscribe-late", _MUST, "Unsubscribing stands before the byte at which Gmail clips."),
    Rule("links.text", _SHOULD, "Every link has a text, or a picture with one."),
    Rule("links.vague", _SHOULD, "A link's text says where it leads, and different links differ."),
    Rule("size.clipped", _MUST, "The HTML part has at most 102,000 bytes, or Gmail clips it."),
    Rule("size.large", _SHOULD, "The HTML part has at most 80 KB."),
    Rule("size.style", _SHOULD, "The style sheets in the head have less than 16 KB, or Gmail drops them."),
    Rule("text.empty", _MUST, "There is a text part."),
    Rule("text.entities", _SHOULD, "The text part holds no HTML."),
    Rule("text.long-line", _MUST, "No line of the text part has more than 998 bytes."),
    Rule("text.blank-lines", _INFO, "The text part has no runs of more than two blank lines."),
)
"""Every rule, in the order of its id's first word."""

_SEVERITY = {rule.id: rule.severity for rule in RULES}


def breach(rule: str, message: str, where: str = "") -> Finding:
    """Return a finding of a rule; raises `KeyError` for a rule that is not in the table."""
    return Finding(rule=rule, severity=_SEVERITY[rule], message=message, where=where)
