"""What the figures of this package share: shares that may be of nothing."""

from collections.abc import Callable

Progress = Callable[[float], None]
"""Is called with the share of the work that is done."""


def share_of(hits: float, total: int) -> float | None:
    """Return hits / total, or None where there is nothing to count."""
    return hits / total if total else None
