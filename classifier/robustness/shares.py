"""What the figures of this package share: shares that may be of nothing, and rounding."""

from collections.abc import Callable, Mapping
from typing import Any

Progress = Callable[[float], None]
"""Is called with the share of the work that is done."""


def share_of(hits: float, total: int) -> float | None:
    """Return hits / total, or None where there is nothing to count."""
    return hits / total if total else None


def rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Return figures with floats rounded to four places."""
    return {name: round(v, 4) if isinstance(v, float) else v for name, v in figures.items()}
