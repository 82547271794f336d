"""The one tree of errors.

Every message says what failed **and what to do**. Doors turn them into exit codes: the command line
by `exit_code`, the pages by a polite page.

```text
DigestError
├── SettingsError (ValueError)      digest.toml, an environment variable or an option is wrong   exit 2
├── UsageError (ValueError)         the call itself does not make sense                          exit 2
├── SourceError                     one source could not be read; the others go on
│   ├── FetchRefused                an address, size or redirect that we do not follow
│   ├── SiteRefused                 a site answered, but not with what we asked for
│   │   └── SourceBusy              it asks us to come back later
│   ├── ArticleWithdrawn            the paper has taken an article back
│   └── ArticleUnreadable           a file or page holds no article we can make out
├── PictureRefused                  a picture could not be used; the article runs without it
├── AddressRefused (ValueError)     an address cannot be mailed, with the reason                 exit 2
├── TokenRefused (ValueError)       a link is forged, damaged or for another purpose
├── IllegalMove                     a state may not follow another (a bug, or a second writer)
├── EditionRefused                  an edition cannot be published as it is                      exit 3
├── StorageError                    the database cannot be used as it is
│   └── SchemaMismatch              it belongs to a newer or unknown version
├── RenderError                     a template is wrong, with its name and line
└── DeliveryError                   the mail server as a whole cannot be used now                exit 75
    ├── ServerUnavailable           connect, TLS or greeting failed: nothing was accepted
    ├── MessageInDoubt              lost after the body went out: accepted or not, nobody knows
    └── ServerRefusesUs             a systemic refusal: pause, reject nobody
```
"""

from __future__ import annotations


class DigestError(Exception):
    """Something failed that a person can do something about."""

    exit_code = 1


class SettingsError(DigestError, ValueError):
    """A setting is missing, unknown or out of range."""

    exit_code = 2


class UsageError(DigestError, ValueError):
    """The command was called in a way that makes no sense."""

    exit_code = 2


class SourceError(DigestError):
    """One source could not be read."""


class FetchRefused(SourceError):
    """The address, size, time or redirect of a fetch is one we do not follow."""


class SiteRefused(SourceError):
    """A site answered with a status (RFC 9110, 15) that brings nothing."""

    def __init__(self, message: str, *, status: int) -> None:
        super().__init__(message)
        self.status = status


class SourceBusy(SiteRefused):
    """The site asks us to wait so many seconds before the next request."""

    def __init__(self, message: str, *, status: int, wait: float) -> None:
        super().__init__(message, status=status)
        self.wait = wait


class ArticleWithdrawn(SourceError):
    """The paper has taken an article back: its address says so, or its CMS does."""


class ArticleUnreadable(SourceError):
    """A file or page holds no article that we can make out."""


class PictureRefused(DigestError):
    """A picture is not one we can print."""


class AddressRefused(DigestError, ValueError):
    """An email address cannot be mailed; the message says why."""

    exit_code = 2


class TokenRefused(DigestError, ValueError):
    """A signed token is forged, damaged or made for another purpose."""


class IllegalMove(DigestError):
    """A state may not follow the one before it."""


class EditionRefused(DigestError):
    """An edition may not be published as it is."""

    exit_code = 3


class StorageError(DigestError):
    """The database cannot be used as it is."""


class SchemaMismatch(StorageError):
    """The database was written by another version than this program knows."""


class RenderError(DigestError):
    """A template cannot be printed."""


class DeliveryError(DigestError):
    """The mail server as a whole cannot be used now."""

    exit_code = 75


class ServerUnavailable(DeliveryError):
    """Nothing was handed over: the server could not be reached, greeted or trusted."""


class MessageInDoubt(DeliveryError):
    """The line was lost after the body went out, so nobody knows whether it was accepted (RFC 1047)."""


class ServerRefusesUs(DeliveryError):
    """The server refuses the sender, not a reader: sending pauses and nobody is rejected."""

    def __init__(self, message: str, *, code: int, text: str) -> None:
        super().__init__(message)
        self.code = code
        self.text = text
