"""Tell from its name what a file is to a scan."""

import re
from functools import cache
from pathlib import PurePosixPath
from typing import Literal

from classifier.packaged import read_toml
from classifier.scan.values import Role

Kind = Literal["text", "card", "gguf", "safetensors", "pyproject", "package-json", "metadata"]

TEXT_FOLDERS = frozenset({"license", "licenses", "licence", "licences"})
"""A folder of texts belongs to the folder above it."""

_SEPARATOR = r"(?:[-_. ]|$)"
_PREFIX = r"(?:(?:model|code|data|dataset|weights|software|community|project)[-_. ])?"
_POLICY = re.compile(
    r"(?:(?:acceptable|prohibited|responsible)[-_. ])?(?:use|usage|uses|aup)[-_. ]?"
    rf"(?:policy|policies|restrictions)?{_SEPARATOR}",
    re.I,
)
_POLICY_WORD = re.compile(r"polic|restrict|prohibited|acceptable|^aup\b", re.I)
_NOTICE = re.compile(rf"notices?{_SEPARATOR}", re.I)
_LICENSE = re.compile(rf"{_PREFIX}(?:un)?(?:licen[cs]es?|copying|copyright|eula){_SEPARATOR}", re.I)
_THIRD_PARTY = re.compile(
    r"third|3rd|bundled|vendor|dependenc|thirdparty|open[-_ ]?source[-_ ]?(?:software|notice|licen)", re.I
)
_LICENSE_WORD = re.compile(r"licen[cs]|notice", re.I)
_OTHER = re.compile(
    r"read[-_ ]?me|authors|contribut|change|code[-_ ]of|thanks|credits|history|news|index|maintainers", re.I
)
_TEXT_SUFFIX = re.compile(
    r"\.(?:md|markdown|txt|rst|html?|text|adoc|pdf|rtf|docx?|zh|en|cn|zh[-_]cn|lesser|lib|model|code|data|docs?)$", re.I
)
_CARD = re.compile(
    r"(?:read[-_ ]?me|(?:model|dataset|data)[-_ ]?card)(?:[-_ ][\w-]{1,12}|\.[a-z]{2}(?:[-_]\w{2,4})?(?=\.))?"
    r"(?:\.(?:md|markdown|txt|rst))?$",
    re.I,
)
_UNREADABLE = re.compile(r"\.(?:pdf|rtf|docx?)$", re.I)


def kind_of(path: str) -> Kind | None:
    """Return what a file is by its path inside the folder, or None for one that says nothing of licenses."""
    pure = PurePosixPath(path)
    name = pure.name
    fixed: dict[str, Kind] = {"pyproject.toml": "pyproject", "package.json": "package-json"}
    if name in fixed:
        return fixed[name]
    if name in ("METADATA", "PKG-INFO") and pure.parent.name.endswith((".dist-info", ".egg-info")):
        return "metadata"
    suffixes: dict[str, Kind] = {".gguf": "gguf", ".safetensors": "safetensors"}
    if pure.suffix.lower() in suffixes:
        return suffixes[pure.suffix.lower()]
    if role_of(path) is not None:
        return "text"
    return "card" if _CARD.match(name) else None


def role_of(path: str) -> Role | None:
    """Return what a file of terms is by its path inside the folder, or None for another file."""
    pure = PurePosixPath(path)
    name = pure.name
    if not _is_text_name(name):
        return None
    if _NOTICE.match(name):
        return "notice"
    above = next((part for part in pure.parts[:-1] if part.lower() in TEXT_FOLDERS), None)
    if above is not None and not _OTHER.match(name):
        return "license" if _is_own(pure, above) else "third-party"
    if _THIRD_PARTY.search(name) and _LICENSE_WORD.search(name):
        return "third-party"
    if _LICENSE.match(name):
        return "license"
    return "use-policy" if _POLICY.match(name) and _POLICY_WORD.search(name) else None


def is_unreadable(path: str) -> bool:
    """Tell a text in a form that has to be turned into plain text first."""
    return _UNREADABLE.search(path) is not None


def unit_folder(path: str) -> str:
    """Return the folder that a license file speaks for: its own, or the one above a folder of texts."""
    parts = PurePosixPath(path).parts[:-1]
    for index, part in enumerate(parts):
        if part.lower() in TEXT_FOLDERS:
            parts = parts[:index]
            break
    return "/".join(parts) or "."


def _is_text_name(name: str) -> bool:
    suffix = PurePosixPath(name).suffix
    return (
        not suffix
        or _TEXT_SUFFIX.search(name) is not None
        or _family_suffix().search(name) is not None
        or suffix[1:].isdigit()
    )


@cache
def _family_suffix() -> re.Pattern[str]:
    names = "|".join(map(re.escape, read_toml("known_names.toml")["suffixes"]))
    return re.compile(rf"\.(?:{names})[\w.+-]{{0,20}}$", re.I)


def _is_own(pure: PurePosixPath, above: str) -> bool:
    """Tell the texts of the work itself: those of the REUSE layout and of an installed package."""
    is_directly_below = pure.parts[-2] == above
    return is_directly_below and (above == "LICENSES" or any(part.endswith(".dist-info") for part in pure.parts))
