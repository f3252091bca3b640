"""The index of known license texts: hashes and label sets, no text.

One `.npz` file without pickle, made by `osdlint corpus index`. Rows are texts, best known first;
a clause that several texts share is stored once.
"""

import os
from dataclasses import dataclass, fields
from functools import cache, cached_property
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from classifier.atomic import replace_file
from classifier.datamodels import hash64
from classifier.errors import KnownTextsError
from classifier.known.profile import Bytes, Hashes, Profile

FORMAT = 1

Numbers = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class KnownIndex:
    """The arrays of an index, as they lie in its file.

    `texts` holds one line a text (id, key, name, between tabs), `sets` one line a label set (labels
    between blanks), in UTF-8. Distinct clauses have `keys`, `lengths` in words and `sketches`. The
    clauses of text i are rows `clause_starts[i]` to `clause_starts[i + 1]` of `clauses` (numbers of
    distinct clauses), `places` (in the text as it is cut) and `label_sets`. Of a text as a whole,
    `digests` are hashes of all words, `sizes` numbers of shingles, `grants` label sets. A sample of
    the shingles is in `shingles`, sorted; number j stands in the texts
    `holders[holder_starts[j] : holder_starts[j + 1]]`. `names` are hashes of license names, sorted,
    and `named` the texts they name.
    """

    texts: Bytes
    sets: Bytes
    keys: Hashes
    lengths: Numbers
    sketches: Bytes
    clauses: Numbers
    clause_starts: Numbers
    places: Numbers
    label_sets: Numbers
    digests: Hashes
    sizes: Numbers
    grants: Numbers
    shingles: Numbers
    holders: Numbers
    holder_starts: Numbers
    names: Hashes
    named: Numbers

    def __len__(self) -> int:
        return len(self.digests)

    @cached_property
    def lines(self) -> list[list[str]]:
        """Id, key and name of each text."""
        return [line.split("\t") for line in self.texts.tobytes().decode().split("\n")]

    @cached_property
    def labels(self) -> list[tuple[str, ...]]:
        """Label sets by number."""
        return [tuple(line.split()) for line in self.sets.tobytes().decode().split("\n")]

    @cached_property
    def samples(self) -> npt.NDArray[np.int64]:
        """Number of sampled shingles of each text."""
        return np.bincount(self.holders, minlength=len(self))

    def named_row(self, joined: str) -> int | None:
        """Return the text of a name, given as words joined by blanks."""
        key = np.uint64(hash64(joined))
        at = int(np.searchsorted(self.names, key))
        return int(self.named[at]) if at < len(self.names) and self.names[at] == key else None

    def rows_of(self, text: int) -> slice:
        """Return where the clauses of a text lie."""
        return slice(int(self.clause_starts[text]), int(self.clause_starts[text + 1]))

    def profile(self, text: int) -> Profile:
        """Return the profile of a text; its shingles are not all known and are left out."""
        rows = self.rows_of(text)
        clauses = self.clauses[rows]
        return Profile(
            places=self.places[rows].astype(np.int64),
            keys=self.keys[clauses],
            lengths=self.lengths[clauses].astype(np.int64),
            sketches=self.sketches[clauses],
            shingles=np.zeros(0, np.uint32),
            digest=int(self.digests[text]),
        )


_FIELDS = tuple(field.name for field in fields(KnownIndex))


def default_index_path() -> Path:
    """Return where the shipped index lies."""
    return Path(str(files("classifier"))) / "resources" / "known.npz"


def save_index(index: KnownIndex, path: Path) -> None:
    """Write an index; the same index gives the same bytes.

    Raises:
        KnownTextsError: The file cannot be written.
    """
    arrays = {name: _narrow(getattr(index, name)) for name in _FIELDS}
    stream = BytesIO()
    np.savez(stream, allow_pickle=False, format=np.array(FORMAT), **arrays)
    try:
        replace_file(path, stream.getvalue())
    except OSError as error:
        raise KnownTextsError(f"{path}: cannot be written ({error}); name another file") from error


def _narrow(numbers: Numbers) -> Numbers:
    """Return the numbers in the smallest type that holds them all."""
    return numbers.astype(np.min_scalar_type(int(numbers.max()))) if len(numbers) else numbers


def load_index(path: str | os.PathLike[str]) -> KnownIndex:
    """Read an index.

    Raises:
        KnownTextsError: The file is absent, damaged or of another format.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            if int(stored["format"]) != FORMAT:
                raise ValueError(f"format {stored['format']}, not {FORMAT}")
            return KnownIndex(**{name: stored[name] for name in _FIELDS})
    except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
        raise KnownTextsError(
            f"{path}: no sound index of known texts ({error}); make one with `osdlint corpus index`"
        ) from error


@cache
def default_index() -> KnownIndex | None:
    """Return the shipped index, read once, or None where the package has none.

    Raises:
        KnownTextsError: The file is damaged.
    """
    path = default_index_path()
    return load_index(path) if path.is_file() else None
