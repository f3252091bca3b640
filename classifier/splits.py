"""Which split a family of texts falls into."""

import hashlib
from collections.abc import Mapping
from typing import Literal

Split = Literal["train", "dev", "test"]
SplitKind = Literal["family", "clause"]
"""What is held out whole: families of texts, or clauses one by one, which flatters every figure."""
FOLDS = 5
_TEST_SHARE, _DEV_SHARE = 15, 10
"""Shares of the families, in hundredths."""
_FIRST_KEPT: tuple[Split, ...] = ("train", "dev", "test")


def split_of(family: str) -> tuple[Split, int]:
    """Return the split and the fold of a family, by a hash of its name: growth moves nobody."""
    number = int(hashlib.sha256(family.encode()).hexdigest(), 16)
    share, fold = number % 100, number // 100 % FOLDS
    if share < _TEST_SHARE:
        return "test", fold
    return ("dev" if share < _TEST_SHARE + _DEV_SHARE else "train"), fold


def keep_names(families: Mapping[str, str], earlier: Mapping[str, str]) -> dict[str, str]:
    """Name families after earlier ones that they hold, so that nothing that was trained on is ever tested on.

    Where several earlier families have become one, it takes the name of one in train, else of one in dev.

    Args:
        families: Document key -> family, as found now.
        earlier: Document key -> family, as models were trained with.
    """
    names: dict[str, set[str]] = {}
    for key, family in families.items():
        names.setdefault(family, set()).add(earlier.get(key, family))
    chosen = {
        family: min(known, key=lambda name: (_FIRST_KEPT.index(split_of(name)[0]), name))
        for family, known in names.items()
    }
    return {key: chosen[family] for key, family in families.items()}
