"""What an entry of a policy can name: labels and the ids of known texts."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import chain

from classifier.known import default_index
from classifier.labels import load_labels
from classifier.policy.values import matches

_LABEL = re.compile(r"[a-z-]+\.[a-z*-]+")
"""No SPDX id has a dot between words without digits."""
_ID = re.compile(r"[A-Za-z0-9*][A-Za-z0-9.+*-]*")
_LONG_PREFIX = "licenseref-scancode-"
_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class Names:
    """The labels and ids to know; without ids, for want of an index, any word passes for one."""

    labels: tuple[str, ...]
    ids: tuple[str, ...]

    @property
    def groups(self) -> frozenset[str]:
        """What stands before the dot of a label."""
        return frozenset(label.partition(".")[0] for label in self.labels)

    def current(self, entry: str) -> str:
        """Return an entry as it is stored: in lower case, under its name of today."""
        return load_labels().current_id(entry.lower())

    def trouble(self, entry: str, written: str, *, ids: bool, labels: bool) -> str:
        """Return what is wrong with an entry, or "".

        Args:
            entry: The entry as it is stored.
            written: The entry as it stands in the file.
            ids: Whether it can be the id of a text.
            labels: Whether it can be a label.
        """
        if not _ID.fullmatch(written):
            return f"{written!r} is neither one SPDX id nor one label; expressions are not taken"
        is_label = entry.partition(".")[0] in self.groups or _LABEL.fullmatch(entry) is not None
        if labels and any(matches(entry, label) for label in self.labels):
            return ""
        if ids and not is_label and (not self.ids or any(matches(entry, id_) for id_ in self.ids)):
            return ""
        kind = "label" if is_label or not ids else "SPDX id" if not labels else "label or SPDX id"
        return f"unknown {kind} {written!r}{self._nearest(entry, ids=ids, labels=labels)}"

    def _nearest(self, entry: str, *, ids: bool, labels: bool) -> str:
        known = {name.lower(): name for name in chain(self.labels if labels else (), self.ids if ids else ())}
        if "*" in entry:
            known |= {f"{group}.*": f"{group}.*" for group in self.groups} if labels else {}
        near = _near(entry, known)
        if near:
            return f"; the nearest: {', '.join(near)}"
        return "; `osdlint labels` lists the labels" if labels else ""


def _near(entry: str, known: Mapping[str, str]) -> list[str]:
    """Return what an entry may have been meant for: what begins with it, then what is spelled alike."""
    # The prefix that most ids of known texts have in common says nothing about likeness.
    has_prefix = entry.startswith(_LONG_PREFIX)
    meant = entry.removeprefix(_LONG_PREFIX)
    names = {name.removeprefix(_LONG_PREFIX): name for name in known if name.startswith(_LONG_PREFIX) is has_prefix}
    longer = sorted((name for name in names if name.startswith(f"{meant}-")), key=len)
    found = dict.fromkeys((*longer, *get_close_matches(meant, names, _SUGGESTED)))
    return [known[names[name]] for name in found][:_SUGGESTED]


@cache
def _known_ids() -> tuple[str, ...]:
    index = default_index()
    return tuple(sorted({line[0] for line in index.lines})) if index else ()


def known_names(labels: Collection[str] = ()) -> Names:
    """Return the shipped labels, those given and the ids of the known texts."""
    shipped = (label.id for label in load_labels().labels)
    return Names(tuple(dict.fromkeys((*shipped, *labels))), _known_ids())
