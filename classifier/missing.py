"""What a whole text lacks or withholds, and what an open text says there, by `resources/missing.toml`.

Nothing is missed where it may stand elsewhere: in a license that is taken in and not known, or in the
license that an exception, a notice or an addendum belongs to.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from classifier.datamodels import Incorporated, Missing, Status, TaggedClause
from classifier.grants import Grants, load_rules, read_grants
from classifier.language import words_pattern
from classifier.packaged import read_toml


@dataclass(frozen=True, slots=True)
class Lack:
    """Something a text can lack; it lacks nothing when one of `given_by` is there."""

    kind: str
    title: str
    title_zh: str
    label: str
    status: Status
    given_by: tuple[str, ...]
    reason: str
    reason_zh: str
    suggestion: str
    suggestion_zh: str
    criterion: int | None = None


@dataclass(frozen=True, slots=True)
class Lacks:
    """All that a text can lack, and how to tell when that may be said of it."""

    acts: tuple[Lack, ...]
    fragment: Lack
    patents: Lack
    outputs: Lack
    bans: tuple[str, ...]
    adds_to_another: str
    frame: tuple[str, ...]
    model: re.Pattern[str]
    surely_model: re.Pattern[str]
    min_clauses: int
    min_share: float
    min_sure: int
    high_share: float
    output: re.Pattern[str]
    output_labels: tuple[str, ...]

    def __iter__(self) -> Iterator[Lack]:
        return iter((*self.acts, self.fragment, self.patents, self.outputs))


@cache
def load_lacks() -> Lacks:
    """Read the packaged rules."""
    data = read_toml("missing.toml")
    whole, model, output = data["whole"], data["model"], data["output"]
    return Lacks(
        acts=tuple(_lack(entry) for entry in data["acts"]),
        fragment=_lack(data["fragment"]),
        patents=_lack(data["patents"]),
        outputs=_lack(data["outputs"]),
        bans=tuple(whole["bans"]),
        adds_to_another=whole["adds_to_another"],
        frame=tuple(whole["frame"]),
        model=words_pattern(tuple(model["words"])),
        surely_model=words_pattern(tuple(model["sure"])),
        **{name: model[name] for name in ("min_clauses", "min_share", "min_sure", "high_share")},
        output=words_pattern(tuple(output["words"])),
        output_labels=tuple(output["labels"]),
    )


def _lack(entry: dict[str, Any]) -> Lack:
    return Lack(**{**entry, "given_by": tuple(entry.get("given_by", ()))})


def find_missing(
    clauses: Sequence[TaggedClause], *, incorporated: Sequence[Incorporated] = (), language: str = "en"
) -> tuple[Missing, ...]:
    """Return what a text lacks: rights not granted first, then patents and outputs.

    Args:
        clauses: The clauses of the whole text.
        incorporated: The known licenses that they take in; what those grant is not missing.
        language: That of the reasons, "zh" or any other for English.
    """
    lacks = load_lacks()
    grants = read_grants(clauses, incorporated)
    found: list[tuple[Lack, tuple[int, ...]]] = [(lack, ()) for lack in _acts(grants, lacks)]
    found += [(lacks.patents, withheld) for withheld in _withheld_patents(grants, lacks.patents)]
    found += [(lacks.outputs, ())] if _leaves_outputs_open(clauses, grants, lacks) else []
    return tuple(_missing(lack, indexes, language) for lack, indexes in found)


def _missing(lack: Lack, clauses: tuple[int, ...], language: str) -> Missing:
    reason, suggestion = (lack.reason_zh, lack.suggestion_zh) if language == "zh" else (lack.reason, lack.suggestion)
    return Missing(lack.kind, lack.label, lack.criterion, lack.status, clauses, reason, suggestion)


def _acts(grants: Grants, lacks: Lacks) -> Sequence[Lack]:
    """Return the core rights that nothing gives, or that the text is no whole license."""
    if grants.is_open_ended:
        return ()
    lacking = [lack for lack in lacks.acts if not grants.has_any(lack.given_by)]
    return lacking if not lacking or _stands_alone(grants, lacks) else (lacks.fragment,)


def _stands_alone(grants: Grants, lacks: Lacks) -> bool:
    if not grants.has_any(load_rules().core):
        return any(ban in grants.sure for ban in lacks.bans)
    return lacks.adds_to_another not in grants.sure or grants.has_any(lacks.frame)


def _withheld_patents(grants: Grants, patents: Lack) -> Iterator[tuple[int, ...]]:
    """Yield the clauses that withhold patents, unless another clause grants some."""
    given = (found for label in patents.given_by for found in (grants.sure, grants.doubtful) if label in found)
    if patents.label in grants.sure and next(given, None) is None:
        yield grants.sure[patents.label]


def _leaves_outputs_open(clauses: Sequence[TaggedClause], grants: Grants, lacks: Lacks) -> bool:
    if grants.is_open_ended or grants.has_any(lacks.outputs.given_by) or not is_about_model(clauses):
        return False
    return not any(
        lacks.output.search(tagged.clause.content) and any(tagged.score_of(label) for label in lacks.output_labels)
        for tagged in clauses
    )


def is_about_model(clauses: Sequence[TaggedClause]) -> bool:
    """Tell whether a text is about a machine-learning model: by its words, not by its labels."""
    lacks = load_lacks()
    texts = [tagged.clause.content for tagged in clauses]
    speaking = sum(lacks.model.search(text) is not None for text in texts)
    if speaking < max(lacks.min_clauses, lacks.min_share * len(texts)):
        return False
    sure = {found.group().casefold().replace("-", " ") for text in texts for found in lacks.surely_model.finditer(text)}
    return len(sure) >= lacks.min_sure or (bool(sure) and speaking >= lacks.high_share * len(texts))
