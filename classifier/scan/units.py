"""Sort what was read of a folder into units, each with its license."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set

from classifier.scan.claimed import check_claims
from classifier.scan.mismatches import find_mismatches
from classifier.scan.named import named_file, resolve_name
from classifier.scan.names import role_of, unit_folder
from classifier.scan.reading import Reading
from classifier.scan.values import LicenseText, Role, Unit


def named_texts(readings: Iterable[Reading]) -> dict[str, str]:
    """Return the files that declarations name as license texts, by path, with the folder they speak for."""
    found: dict[str, str] = {}
    for declaration in (d for reading in readings for d in reading.declarations):
        name = named_file(declaration)
        path = resolve_name(declaration.source, name) if name else None
        # A file known as a license by its name speaks for where it lies, whoever names it.
        if path is not None and role_of(path) != "license":
            found.setdefault(path, posixpath.dirname(declaration.source) or ".")
    return found


def role_in(name: str, named: Mapping[str, str]) -> Role:
    """Return what a text is: a license where a declaration names it as one."""
    return "license" if name in named else role_of(name) or "license"


def make_units(readings: Sequence[Reading], texts: Sequence[LicenseText], named: Mapping[str, str]) -> list[Unit]:
    """Return the units in the order of their folders, the root first."""
    places = {text.source: named.get(text.source) or unit_folder(text.source) for text in texts}
    owners = {places[text.source] for text in texts if text.role == "license"}
    own_texts: defaultdict[str, list[LicenseText]] = defaultdict(list)
    own_readings: defaultdict[str, list[Reading]] = defaultdict(list)
    for text in texts:
        own_texts[_owner(places[text.source], owners)].append(text)
    for reading in readings:
        if reading.declarations or reading.claims:
            own_readings[_owner(unit_folder(reading.name), owners)].append(reading)
    names = frozenset(reading.name for reading in readings)
    folders = sorted(own_texts.keys() | own_readings.keys(), key=lambda folder: (folder != ".", folder))
    return [_unit(folder, own_texts[folder], own_readings[folder], names) for folder in folders]


def _owner(folder: str, owners: Set[str]) -> str:
    """Return the nearest folder, upwards, with a license of its own, else the root."""
    while folder not in owners and folder != ".":
        folder = posixpath.dirname(folder) or "."
    return folder


def _unit(folder: str, texts: Sequence[LicenseText], readings: Sequence[Reading], names: Set[str]) -> Unit:
    declarations = tuple(declaration for reading in readings for declaration in reading.declarations)
    claims = check_claims(((reading.name, claim) for reading in readings for claim in reading.claims), texts)
    mismatches = find_mismatches(texts, declarations, claims, names)
    return Unit(folder, tuple(texts), declarations, claims, tuple(mismatches))
