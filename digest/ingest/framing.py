"""How much of a photograph is shown: no column that fills a phone's screen, no stripe."""

from __future__ import annotations

from PIL import Image as pillow, ImageFilter  # noqa: N813 - `Image` is the picture of an article here
from PIL.Image import Image as Picture

TALLEST = 4 / 5
"""Width to height of the tallest photograph shown."""
WIDEST = 12 / 5
_SLICES = 100
_ACROSS = 64
_QUIET = 32


def shown_size(width: int, height: int) -> tuple[int, int]:
    """Return the size of a photograph after its crop: at most 4:5 tall and 12:5 wide."""
    return max(1, min(width, round(height * WIDEST))), max(1, min(height, round(width / TALLEST)))


def frame(picture: Picture) -> Picture:
    """Cut a photograph that is too tall or too wide; return any other as it is.

    Of a tall one the top stays, where heads are; only rows without a single edge (sky, wall, ceiling) go
    from there before anything goes from the bottom. Of a wide one that part stays which has the most
    edges in all, and of equals the one nearest to the middle.
    """
    width, height = shown_size(*picture.size)
    if width < picture.width:
        left = round(_busiest(_columns(picture), width / picture.width) * picture.width)
        left = min(left, picture.width - width)
        return picture.crop((left, 0, left + width, height))
    if height < picture.height:
        top = min(round(_first_edge(picture) * picture.height), picture.height - height)
        return picture.crop((0, top, width, top + height))
    return picture


def _edges(picture: Picture, width: int, height: int) -> Picture:
    """Return the edges of a thumbnail of this size."""
    # The filter leaves a border of one pixel as it was: it is made, and cut off.
    small = picture.convert("L").resize((width + 2, height + 2), pillow.Resampling.BOX)
    return small.filter(ImageFilter.FIND_EDGES).crop((1, 1, width + 1, height + 1))


def _columns(picture: Picture) -> list[int]:
    """Return how much of edges each hundredth of the width has."""
    edges = _edges(picture, _SLICES, _ACROSS)
    return [sum(edges.crop((x, 0, x + 1, _ACROSS)).tobytes()) for x in range(_SLICES)]


def _busiest(columns: list[int], share: float) -> float:
    """Return where the busiest run of this share of the width begins, as a share of it."""
    kept = round(share * _SLICES)
    spare = _SLICES - kept

    def worth(start: int) -> tuple[int, int]:
        return sum(columns[start : start + kept]), -abs(2 * start - spare)

    return max(range(spare + 1), key=worth) / _SLICES


def _first_edge(picture: Picture) -> float:
    """Return where the quiet rows at the top end, less two of room above, as a share of the height."""
    edges = _edges(picture, _ACROSS, _SLICES)
    loud = (row for row in range(_SLICES) if max(edges.crop((0, row, _ACROSS, row + 1)).tobytes()) > _QUIET)
    return max(0, next(loud, 0) - 2) / _SLICES
