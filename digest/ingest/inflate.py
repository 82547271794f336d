"""Unpack gzip and deflate in small steps, and stop at a limit: 1 MB of gzip can hold 1 GB."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from digest.errors import FetchRefused, SourceError

_STEP = 64 * 1024
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_RAW = -zlib.MAX_WBITS


def bounded(chunks: Iterable[bytes], *, encoding: str, most: int) -> bytes:
    """Return the whole body, unpacked, at most `most` bytes of it.

    Args:
        chunks: the body as it came over the wire.
        encoding: the `Content-Encoding`: empty, identity, gzip, x-gzip or deflate.
        most: bytes, both of what comes in and of what it unpacks to.

    Raises:
        FetchRefused: more than that, or another encoding (we asked for none).
        SourceError: the packed data is damaged or ends early.
    """
    name = encoding.strip().lower()
    steps: Iterable[bytes]
    if name in {"", "identity"}:
        steps = chunks
    elif name in {"gzip", "x-gzip", "deflate"}:
        steps = _unpacked(_limited(chunks, most), raw_too=name == "deflate")
    else:
        raise FetchRefused(
            f"the site packs its answer as {name[:40]!r}, for which we did not ask; tell its host"
        )
    return b"".join(_limited(steps, most))


def _limited(chunks: Iterable[bytes], most: int) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > most:
            raise FetchRefused(
                f"the document is larger than {most:,} bytes; raise collect.max_bytes if that is meant"
            )
        yield chunk


def _unpacked(chunks: Iterable[bytes], *, raw_too: bool) -> Iterator[bytes]:
    engine = zlib.decompressobj(_GZIP_OR_ZLIB)
    begun = False
    for chunk in chunks:
        rest = chunk
        while rest:
            try:
                out = engine.decompress(rest, _STEP)
            except zlib.error as error:
                if not raw_too or begun:
                    raise SourceError("the packed answer is damaged; try again later") from error
                engine, raw_too = (
                    zlib.decompressobj(_RAW),
                    False,
                )  # some servers send deflate without its frame
                continue
            begun = True
            yield out
            rest = engine.unconsumed_tail
            if engine.eof:  # gzip may hold several members
                rest = engine.unused_data.lstrip(b"\0")
                if rest:
                    engine = zlib.decompressobj(_GZIP_OR_ZLIB)
    if begun and not engine.eof:
        raise SourceError("the packed answer ended early; try again later")
