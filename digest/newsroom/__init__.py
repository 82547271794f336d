"""The newsroom: the one place where parts are chosen by the settings, and joined.

Doors get a `Newsroom` and call it; each of its methods is one workflow with its parts filled in.
Parts are imported when they are chosen, so that a command pays only for what it uses.
"""

from digest.newsroom.choose import article_reader
from digest.newsroom.room import Newsroom, open_newsroom
from digest.newsroom.service import Service

__all__ = ["Newsroom", "Service", "article_reader", "open_newsroom"]
