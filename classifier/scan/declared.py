"""What a declared license id, tag or name means; what tags a base model's family carries."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from classifier.corpus import License
from classifier.packaged import read_text, read_toml

Standing = Literal["open", "restricted", "unreviewed", "unknown"]

MAX_VALUE = 500
"""A longer value is a license text put into a field, not an id."""

_RESTRICTING = frozenset({"Source-available", "Proprietary Free", "Commercial"})
_SUFFIX = re.compile(r"(?:-only|-or-later|(?<!\+)\+)$")
_TOKEN = re.compile(r"[^()\s/]+")
_INNER = re.compile(r"\(([^()]*)\)")
_OR, _AND, _WITH = (re.compile(rf"\s{word}\s", re.I) for word in ("OR", "AND", "WITH"))
_DONE = "\0"
"""Before the standing of what stood in parentheses; no license id holds it."""
_SPACE = re.compile(r"[\s_]+")
_VERSION = re.compile(r"\(.*?\)$|,|\b(?:version|ver\.|v)\s?(?=\d)", re.I)
_RANK: dict[Standing, int] = {"restricted": 0, "unknown": 1, "unreviewed": 2, "open": 3}
_CLASSIFIER = "License :: "
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Family:
    """Models of one lineage, known by name, and the tags that their derivatives carry, the usual one first."""

    name: str
    pattern: re.Pattern[str]
    tags: tuple[str, ...]
    except_: re.Pattern[str] | None = None

    def has(self, model: str) -> bool:
        """Tell whether a model id names one of the family."""
        name = model[:_MAX_NAME].lower()
        return self.pattern.search(name) is not None and not (self.except_ and self.except_.search(name))


@dataclass(frozen=True, slots=True)
class Declared:
    """Lower-case ids and tags by standing, other names of ids, and the families of base models."""

    standings: dict[str, Standing]
    names: dict[str, str]
    families: tuple[Family, ...]


def declared_facts(licenses: Iterable[License]) -> dict[str, list[str]]:
    """Return the SPDX ids of a corpus by standing: the content of `resources/declared.json`.

    Approved by the Open Source Initiative is open; of a category that restricts is restricted; the
    rest is unreviewed. `json.dumps(declared_facts(Corpus.open()), indent=1)` makes the file.
    """
    found: dict[str, Standing] = {}
    for entry in licenses:
        standing: Standing = "restricted" if entry.category in _RESTRICTING else "unreviewed"
        standing = "open" if entry.osi_approved else standing
        for spdx_id in (entry.spdx_id, *entry.other_spdx_ids):
            key = _SUFFIX.sub("", spdx_id.lower())
            if key and not key.startswith("licenseref-"):
                found[key] = max(found.get(key, standing), standing, key=_RANK.__getitem__)
    return {s: sorted(key for key, has in found.items() if has == s) for s in ("open", "restricted", "unreviewed")}


@cache
def load_declared() -> Declared:
    """Read the packaged tables."""
    hub = read_toml("hub.toml")
    standings: dict[str, Standing] = {}
    for table in (json.loads(read_text("declared.json")), hub):
        for standing in ("open", "restricted", "unreviewed"):
            standings.update(dict.fromkeys(table[standing], standing))
    families = tuple(
        Family(
            e["name"], re.compile(e["pattern"]), tuple(e["tags"]), re.compile(e["except"]) if "except" in e else None
        )
        for e in hub["families"]
    )
    return Declared(standings, hub["names"], families)


def family_of(model: str) -> Family | None:
    """Return the family that a base model's name tells of, or None."""
    return next((family for family in load_declared().families if family.has(model)), None)


def standing_of(value: str) -> Standing:
    """Return what a license id, SPDX expression, hub tag, name or trove classifier is known to mean.

    Of licenses joined with OR the best counts, with AND the worst; an exception only adds permission.
    """
    if len(value) > MAX_VALUE:
        return "unknown"
    if value.startswith(_CLASSIFIER):
        return _classifier_standing(value)
    single = _single_standing(value)
    return single if single != "unknown" else _expression_standing(value)


def ids_of(value: str) -> frozenset[str]:
    """Return the license ids that a value names, lower-case, "or later" taken with "only"; none for families."""
    if len(value) > MAX_VALUE:
        return frozenset()
    if value.startswith(_CLASSIFIER):
        whole = _id_of(value.rpartition(" :: ")[2])
        return frozenset({whole} if whole else ())
    whole = _id_of(value)
    parts = [whole] if whole else [_id_of(token) for token in _TOKEN.findall(value)]
    return frozenset(part for part in parts if part)


def normalize_id(value: str) -> str:
    """Return an id or name in lower case without "-only", "-or-later", "+" and doubled blanks."""
    return _SUFFIX.sub("", _SPACE.sub(" ", value).strip().lower())


def _id_of(value: str) -> str:
    """Return the id that a single id or name stands for, or ""."""
    declared, name = load_declared(), normalize_id(value)
    if name in declared.names:
        return declared.names[name]
    if name in declared.standings:
        return name
    return declared.names.get(_SPACE.sub(" ", _VERSION.sub("", name)).strip(), "")


def _single_standing(value: str) -> Standing:
    declared, name = load_declared(), normalize_id(value)
    if name in declared.names or _id_of(value):
        return declared.standings.get(_id_of(value), "open")
    return declared.standings.get(name, "unknown")


def _classifier_standing(value: str) -> Standing:
    if "OSI Approved" in value:
        return "open"
    words = (
        "Proprietary",
        "non-commercial",
        "Restricted",
        "Free for home use",
        "Freeware",
        "Free To Use",
        "educational",
    )
    return "restricted" if any(word.lower() in value.lower() for word in words) else "unreviewed"


def _expression_standing(value: str) -> Standing:
    """Return the standing of `A OR (B AND C)`, the innermost parentheses first."""
    if _DONE in value:
        return "unknown"
    text = value.replace("/", " OR ")
    while inner := _INNER.search(text):
        text = f"{text[: inner.start()]} {_DONE}{_flat_standing(inner[1])} {text[inner.end() :]}"
    return _flat_standing(text)


def _flat_standing(text: str) -> Standing:
    worst = (
        min((_operand_standing(part) for part in _AND.split(alternative)), key=_RANK.__getitem__)
        for alternative in _OR.split(text)
    )
    return max(worst, key=_RANK.__getitem__)


def _operand_standing(part: str) -> Standing:
    name = _WITH.split(part)[0].strip()
    done = next((standing for standing in _RANK if name == _DONE + standing), None)
    return done or _single_standing(name)
