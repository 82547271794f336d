"""The doorways: what one room may ask of another, each as narrow as its caller needs.

Adapters implement these without importing them; only `digest.newsroom` knows which adapter stands
behind which port. `digest.testing` ships a fake for every one.
"""

from digest.ports.intake import Hub, MediaStore, Prove, Reading, Source, SourceMemory, Summariser, Validators
from digest.ports.printing import Addresser, Checker, Clock, Press
from digest.ports.sending import Line, MarkFirst, Transport
from digest.ports.storage import (
    ArticleStore,
    EditionStore,
    FilingResult,
    Outbox,
    SourceStore,
    Storage,
    SubscriberStore,
)

__all__ = [
    "Addresser",
    "ArticleStore",
    "Checker",
    "Clock",
    "EditionStore",
    "FilingResult",
    "Hub",
    "Line",
    "MarkFirst",
    "MediaStore",
    "Outbox",
    "Press",
    "Prove",
    "Reading",
    "Source",
    "SourceMemory",
    "SourceStore",
    "Storage",
    "SubscriberStore",
    "Summariser",
    "Transport",
    "Validators",
]
