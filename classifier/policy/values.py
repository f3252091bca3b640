"""A policy as it is held in memory, and how its entries match."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from classifier.datamodels import Report
from classifier.decisions import Decision
from classifier.render.places import is_file_name

ANY_FOLDERS = "**"


@dataclass(frozen=True, slots=True)
class Exemption:
    """An entry of `[[exceptions]]`: the texts it is for, what it lifts there, why and until when.

    A text is meant when every selector that is set fits: `path`, a glob relative to the folder of the
    policy, `sha256` of the text, `spdx`, the id of the known text that it equals. `labels` are entries
    like those of the lists; `expires` is its last day. `place` is where it stands in the file.
    """

    place: str
    labels: tuple[str, ...]
    reason: str
    path: str = ""
    sha256: str = ""
    spdx: str = ""
    expires: date | None = None

    def is_expired(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.expires is not None and self.expires < today


@dataclass(frozen=True, slots=True)
class Policy:
    """What is allowed, what is to be reviewed, what is denied.

    `allow`, `review` and `deny` hold SPDX ids and labels, each with `*` for any run of characters, in
    lower case. `default` is for labels that none of them names. `thresholds` are (entry, score) pairs:
    a label that scores less in a clause does not count there. `root` is the folder that the paths of
    exceptions start from.
    """

    file: str = ""
    root: str = ""
    default: Decision = "review"
    allow: tuple[str, ...] = ()
    review: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    thresholds: tuple[tuple[str, float], ...] = ()
    exceptions: tuple[Exemption, ...] = ()

    def threshold(self, label: str) -> float:
        """Return the score that a label needs: that of its own name, else of the longest pattern, else 0."""
        found = [(("*" not in entry, len(entry)), score) for entry, score in self.thresholds if matches(entry, label)]
        return max(found)[1] if found else 0.0


def matches(entry: str, name: str) -> bool:
    """Tell whether an entry names a label or an id; case does not count."""
    return fnmatchcase(name.lower(), entry)


def first_match(entries: Iterable[str], name: str) -> str | None:
    """Return the first entry that names a label or an id."""
    return next((entry for entry in entries if matches(entry, name)), None)


def known_id(report: Report) -> str:
    """Return the id of the known text that a text equals, word for word, or ""."""
    nearest = report.nearest
    return nearest.id if nearest is not None and nearest.similarity == 1 else ""


def is_meant(exemption: Exemption, report: Report, root: str) -> bool:
    """Tell whether an exemption is for a text."""
    return (
        (not exemption.path or matches_path(exemption.path, report.source.name, root))
        and exemption.sha256 in ("", report.source.sha256)
        and (not exemption.spdx or matches(exemption.spdx, known_id(report)))
    )


def matches_path(pattern: str, name: str, root: str) -> bool:
    """Tell whether a file name, relative to the working folder, fits a glob that is relative to `root`.

    `*` and `?` stay within one name, `**` stands for any folders or none; brackets stand for themselves.
    A pasted text, whose name is no file name, fits none.
    """
    if not is_file_name(name):
        return False
    try:
        parts = Path(os.path.abspath(name)).relative_to(os.path.abspath(root)).parts
    except (OSError, ValueError):
        return False
    return _match_parts(pattern.replace("[", "[[]").split("/"), parts)


def _match_parts(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    # The counts of leading parts that the pattern so far can stand for: no backtracking.
    reached = {0}
    for piece in pattern:
        if piece == ANY_FOLDERS:
            reached = set(range(min(reached, default=len(parts) + 1), len(parts) + 1))
        else:
            reached = {n + 1 for n in reached if n < len(parts) and fnmatchcase(parts[n], piece)}
    return len(parts) in reached


def expired_notices(policy: Policy, today: date | None = None) -> Iterator[str]:
    """Yield one message an exception whose last day is over."""
    now = today or date.today()
    for exemption in policy.exceptions:
        if exemption.is_expired(now):
            yield expired_notice(policy, exemption)


def expired_notice(policy: Policy, exemption: Exemption) -> str:
    """Return the message on an exception whose last day is over."""
    return (
        f"{policy.file}: {exemption.place}: expired after {exemption.expires} and has no effect "
        f"({exemption.reason}); renew or remove it"
    )
