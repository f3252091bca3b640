"""The label set, read from `resources/labels.toml`: what a clause can do."""

from dataclasses import dataclass
from functools import cache

from classifier.packaged import read_toml

OTHER = "general.other"
"""The label of a clause that does nothing of the kind; it never stands beside another."""


@dataclass(frozen=True, slots=True)
class Label:
    """One label: its id (`group.name`), a short title for tables and a one-sentence meaning."""

    id: str
    title: str
    title_zh: str
    meaning: str
    meaning_zh: str

    @property
    def group(self) -> str:
        """The part of the id before the dot: permission, condition, limitation, restriction, use, general."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Group:
    """A family of labels."""

    id: str
    title: str
    title_zh: str
    meaning: str


@dataclass(frozen=True, slots=True)
class LabelSet:
    """All labels in their published order, and the renames that keep old annotations loading."""

    version: str
    groups: tuple[Group, ...]
    labels: tuple[Label, ...]
    renamed: dict[str, str]

    def __contains__(self, label: object) -> bool:
        return any(known.id == label for known in self.labels)

    def find(self, label: str) -> Label | None:
        """Return the label with this id, or None for a label of somebody else's model."""
        return next((known for known in self.labels if known.id == label), None)

    def current_id(self, label: str) -> str:
        """Return today's id of a label, following renames."""
        return self.renamed.get(label, label)


@cache
def load_labels() -> LabelSet:
    """Read the packaged label set."""
    data = read_toml("labels.toml")
    return LabelSet(
        version=data["version"],
        groups=tuple(Group(**group) for group in data["groups"]),
        labels=tuple(Label(**label) for label in data["labels"]),
        renamed=data.get("renamed", {}),
    )
