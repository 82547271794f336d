"""Put anything into any field of a newspaper's JSON."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

Where = tuple[Any, ...]


def paths_in(data: Any, path: Where = ()) -> list[Where]:
    """Return where every field of some JSON stands."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [path] * bool(path) + [found for key, value in inner for found in paths_in(value, (*path, key))]


def with_field(data: Any, path: Where, value: Any) -> Any:
    """Return a copy of some JSON with another value in one field."""
    changed = copy.deepcopy(data)
    place = changed
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return changed
