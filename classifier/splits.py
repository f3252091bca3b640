"""Which split a family of texts falls into."""

import hashlib
from collections import defaultdict
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

    A family of one earlier family keeps its name, whatever joins it. Where several have become one, it
    takes the name of one in train, else of one in dev.

    Args:
        families: Document key -> family, as found now.
        earlier: Document key -> family, as models were trained with.
    """
    known: defaultdict[str, set[str]] = defaultdict(set)
    for key, family in families.items():
        if key in earlier:
            known[family].add(earlier[key])
    chosen = {family: min(names, key=_rank) for family, names in known.items()}
    return {key: chosen.get(family, family) for key, family in families.items()}


def _rank(family: str) -> tuple[int, str]:
    return _FIRST_KEPT.index(split_of(family)[0]), family
