"""Make the index of known texts from the corpus."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifier.corpus import License
from classifier.datamodels import Clause, Document, TaggedClause, hash64
from classifier.known.index import KnownIndex, Numbers
from classifier.known.names import is_title, name_forms, name_words, turned
from classifier.known.profile import Bytes, Hashes, Profile, make_profile
from classifier.packaged import read_toml
from classifier.segment import segment

SAMPLE_SHARE = 8
MIN_SAMPLE = 32
"""Of the shingles of a text one in eight is kept, and at least so many."""
_BATCH = 64

Tag = Callable[[Sequence[Clause]], Sequence[TaggedClause]]
Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    license: License
    profile: Profile
    labels: tuple[Labels, ...]

    @property
    def grants(self) -> frozenset[str]:
        """The permissions of all clauses."""
        return frozenset(label for labels in self.labels for label in labels if label.startswith("permission."))


def build_index(
    licenses: Iterable[License], tag: Tag, on_progress: Callable[[float], None] = lambda done: None
) -> KnownIndex:
    """Return the index of all licenses that have a text.

    Args:
        licenses: The texts.
        tag: Labels clauses; what it says is stored.
        on_progress: Told the share of the texts that are done.
    """
    ranked = sorted((license_ for license_ in licenses if license_.body.strip()), key=_rank)
    names = _names(ranked)
    entries: list[_Entry] = []
    for start in range(0, len(ranked), _BATCH):
        entries += _entries(ranked[start : start + _BATCH], names, tag)
        on_progress(len(entries) / len(ranked))
    return _to_index([entry for entry in entries if len(entry.profile.keys)], names)


def _rank(license_: License) -> tuple[bool, bool, bool, int, str]:
    """Return what brings the best known of equal texts to the front."""
    return (
        license_.deprecated,
        not _has_spdx_id(license_),
        not license_.osi_approved,
        len(license_.key),
        license_.key,
    )


def _has_spdx_id(license_: License) -> bool:
    return bool(license_.spdx_id) and not license_.spdx_id.startswith("LicenseRef-")


def known_id(license_: License) -> str:
    """Return the SPDX id of a license, or a `LicenseRef-scancode-` made from its key."""
    return license_.spdx_id or f"LicenseRef-scancode-{license_.key}"


def _names(ranked: Sequence[License]) -> dict[str, str]:
    """Return name -> key: those written down first, then those of the metadata, the best known license's first."""
    written = read_toml("known_names.toml")
    keys = {license_.key for license_ in ranked}
    found: dict[str, str] = {}
    for key in keys.intersection(written["names"]):
        words = [name_words(name) for name in written["names"][key]]
        found |= {" ".join(form): key for name in words for form in (name, turned(name))}
    for license_ in ranked:
        if license_.key not in written["unnamed"]:
            for form in _forms(license_):
                found.setdefault(form, license_.key)
    return found


def _forms(license_: License) -> Iterator[str]:
    for name in (license_.spdx_id, license_.name, license_.short_name, license_.key, *license_.other_spdx_ids):
        if not name.startswith("LicenseRef-"):
            yield from name_forms(name)


def _entries(licenses: Sequence[License], names: Mapping[str, str], tag: Tag) -> Iterator[_Entry]:
    cut = [segment(Document(license_.body, license_.key)) for license_ in licenses]
    tagged = iter(tag([clause for clauses in cut for clause in clauses]))
    for license_, clauses in zip(licenses, cut, strict=True):
        labels = [tuple(found.label for found in next(tagged).labels) for _ in clauses]
        profile = make_profile(clauses, lambda joined: is_title(joined, names.get))
        yield _Entry(license_, profile, tuple(labels[place] for place in profile.places))


def _to_index(entries: Sequence[_Entry], names: Mapping[str, str]) -> KnownIndex:
    profiles = [entry.profile for entry in entries]
    keys, first, clauses = np.unique(
        np.concatenate([profile.keys for profile in profiles]), return_index=True, return_inverse=True
    )
    grants = _grants(entries)
    sets = {s: n for n, s in enumerate(sorted({*(s for entry in entries for s in entry.labels), *grants}))}
    shingles, holders, holder_starts = _sample(profiles)
    hashed, named = _hashed_names(entries, names)
    return KnownIndex(
        texts=_blob("\t".join(_line(entry.license)) for entry in entries),
        sets=_blob(" ".join(labels) for labels in sets),
        keys=keys,
        lengths=_unsigned(np.concatenate([profile.lengths for profile in profiles])[first]),
        sketches=np.concatenate([profile.sketches for profile in profiles])[first],
        clauses=_unsigned(clauses),
        clause_starts=_starts([len(profile.keys) for profile in profiles]),
        places=_unsigned(np.concatenate([profile.places for profile in profiles])),
        label_sets=_unsigned([sets[labels] for entry in entries for labels in entry.labels]),
        digests=np.array([profile.digest for profile in profiles], np.uint64),
        sizes=_unsigned([len(profile.shingles) for profile in profiles]),
        grants=_unsigned([sets[granted] for granted in grants]),
        shingles=shingles,
        holders=holders,
        holder_starts=holder_starts,
        names=hashed,
        named=named,
    )


def _line(license_: License) -> tuple[str, str, str]:
    return known_id(license_), license_.key, " ".join(license_.name.split())


def _grants(entries: Sequence[_Entry]) -> list[Labels]:
    """Return what each text permits; a text that takes in its own base, as "or later" does, what that permits too."""
    later = read_toml("known_names.toml")["or_later"]
    own = {entry.license.key: entry.grants for entry in entries}
    return [
        tuple(sorted(entry.grants | own.get(entry.license.key.removesuffix(later), frozenset()))) for entry in entries
    ]


def _hashed_names(entries: Sequence[_Entry], names: Mapping[str, str]) -> tuple[Hashes, Numbers]:
    row = {entry.license.key: n for n, entry in enumerate(entries)}
    pairs = sorted((hash64(name), row[key]) for name, key in names.items() if key in row)
    return np.array([name for name, _ in pairs], np.uint64), _unsigned([at for _, at in pairs])


def _sample(profiles: Sequence[Profile]) -> tuple[Numbers, Numbers, Numbers]:
    """Return sampled shingles, the texts that hold them, and where those of each shingle start."""
    kept = [profile.shingles[: max(MIN_SAMPLE, len(profile.shingles) // SAMPLE_SHARE)] for profile in profiles]
    joined = np.concatenate(kept)
    order = np.argsort(joined, kind="stable")
    shingles, counts = np.unique(joined, return_counts=True)
    holders = np.repeat(np.arange(len(kept)), [len(sample) for sample in kept])[order]
    return shingles, _unsigned(holders), _starts(counts)


def _starts(counts: npt.ArrayLike) -> Numbers:
    return _unsigned(np.concatenate([[0], np.cumsum(counts)]))


def _unsigned(numbers: npt.ArrayLike) -> Numbers:
    return np.asarray(numbers, np.int64).astype(np.uint32)


def _blob(lines: Iterable[str]) -> Bytes:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)
