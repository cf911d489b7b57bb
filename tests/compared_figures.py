"""Tell what differs between a recorded figure and the same figure drawn anew, value by value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

_MOST = 30


@pytest.hookimpl(tryfirst=True)
def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """List the values that differ between two figures; leave every other comparison to pytest."""
    if op != "==" or not (isinstance(left, dict) and isinstance(right, dict) and "rows" in left and "rows" in right):
        return None
    found = list(differences(left, right))
    # A changed datum changes the drawing in many places; the datum itself says enough.
    shown = [line for line in found if line.startswith("rows")] or found
    more = [f"… and {left_out} more differences"] if (left_out := len(found) - len(shown[:_MOST])) else []
    return ["the recorded figure and the one drawn now differ (recorded → now):", *shown[:_MOST], *more]


def differences(left: Any, right: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each value that differs, with its path."""
    if isinstance(left, dict) and isinstance(right, dict):
        for key in [*left, *(key for key in right if key not in left)]:
            yield from differences(left.get(key), right.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif left != right:
        yield f"{path}: {left!r} → {right!r}"
