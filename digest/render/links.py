"""The addresses of the public pages that letters point to.

Personal pages end in a token; the page of an edition is `/{newsletter}/{day}`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from digest.errors import SettingsError
from digest.render.clean import safe_link


@dataclass(frozen=True, slots=True)
class PublicPages:
    """Where readers find what; `base` is made by `at` and is plain ASCII without a slash at its end."""

    base: str

    @classmethod
    def at(cls, base_url: str) -> PublicPages:
        """Return the pages under an address; raises `SettingsError` for one that no link can hold."""
        base = safe_link(base_url)
        if base is None or not base.startswith("http") or "&" in base:
            raise SettingsError("web.base_url is no web address; write one such as https://news.example.org")
        return cls(base.rstrip("/"))

    @property
    def home(self) -> str:
        """The front door, where people subscribe."""
        return f"{self.base}/"

    @property
    def confirm(self) -> str:
        """What the token of a confirmation stands behind."""
        return f"{self.base}/confirm/"

    @property
    def unsubscribe(self) -> str:
        """What the token that unsubscribes stands behind."""
        return f"{self.base}/unsubscribe/"

    @property
    def preferences(self) -> str:
        """What the token of the preferences stands behind."""
        return f"{self.base}/preferences/"

    def archive(self, newsletter: str) -> str:
        """Return the page that lists a newsletter's editions."""
        return f"{self.base}/{newsletter}"

    def edition(self, newsletter: str, day: date) -> str:
        """Return the page of one edition."""
        return f"{self.base}/{newsletter}/{day.isoformat()}"
