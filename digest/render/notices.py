"""The notice press: a letter to one person, such as the one that asks to confirm a subscription.

A notice is no bulk mail: it carries no `List-…` header and says `Auto-Submitted: auto-generated`, so that
no machine answers it (RFC 3834). Nothing in it is counted or tracked.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from digest.config import MailSettings, PaperSettings
from digest.model.delivery import Envelope
from digest.model.notice import Notice, NoticeKind
from digest.render.clean import cut, one_line
from digest.render.environment import print_template
from digest.render.headers import header
from digest.render.inline import inline_styles
from digest.render.letter import Sender, alternative, recipient
from digest.render.links import PublicPages
from digest.render.mould import Mould, Slot
from digest.render.plaintext import tidy
from digest.render.press import MAX_SUBJECT, open_setting
from digest.render.proof import prove_links, prove_tokens
from digest.tokens import Purpose, Signer


class NoticePress:
    """Print and address notices; `print_notice` is what `workflows.notify` asks for.

    `titles` says what each newsletter is called; the paper's name where it says nothing.
    """

    def __init__(
        self,
        paper: PaperSettings,
        mail: MailSettings,
        base_url: str,
        *,
        signer: Signer,
        titles: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._titles = dict(titles or {})
        self._name = one_line(paper.name)
        self._sender = Sender.of(paper, mail)
        self._signer = signer
        self._pages = PublicPages.at(base_url)
        self._setting = open_setting(paper, mail, self._pages, folder=folder)

    def print_notice(self, notice: Notice) -> tuple[Envelope, bytes]:
        """Return envelope and message, the same bytes on every try.

        Raises `AddressRefused` for this reader, `RenderError` or `EditionRefused` for a wrong template.
        """
        address, to = recipient(notice.address, "")
        title = one_line(self._titles.get(notice.newsletter, "")) or self._name
        environment, shared = self._setting
        folder = f"notice/{notice.kind.value}"
        values = shared | {
            "title": title,
            "address": address,
            "sender": self._sender.address,
            "archive_url": self._pages.archive(notice.newsletter),
            **self._links(notice),
        }
        values["subject"] = cut(
            one_line(print_template(environment, f"{folder}/subject.txt", **values)), MAX_SUBJECT
        )
        html = inline_styles(
            print_template(environment, f"{folder}/body.html", **values), name=f"{folder}/body.html"
        )
        text = tidy(print_template(environment, f"{folder}/body.txt", **values))
        prove_links(html)
        prove_tokens(html, text)
        boundary = self._signer.derive("notice-boundary", notice.id)
        derived = self._signer.derive("notice", notice.id)
        mould = Mould(
            self._sender.headers(values["subject"], at=notice.created_at)
            + header("Auto-Submitted", ["auto-generated"])
            + alternative(text, html, boundary=boundary, holes={})
        )
        message = mould.cast({Slot.TO: to, Slot.MESSAGE_ID: self._sender.message_id(derived)})
        mail_from = f"notices@{self._sender.bounce_domain}"
        return Envelope(mail_from=mail_from, rcpt_to=address), message

    def _links(self, notice: Notice) -> dict[str, str]:
        reader = notice.subscriber_id
        if notice.kind is NoticeKind.CONFIRM:
            return {"confirm_url": self._pages.confirm + self._signer.sign(Purpose.CONFIRM, reader)}
        return {
            "unsubscribe_url": self._pages.unsubscribe + self._signer.sign(Purpose.UNSUBSCRIBE, reader),
            "preferences_url": self._pages.preferences + self._signer.sign(Purpose.PREFERENCES, reader),
        }
