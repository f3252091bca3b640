"""License files that declarations name: which they are, and which are not there."""

import posixpath
from collections.abc import Iterator, Sequence, Set

from classifier.scan.quotes import mismatch, quote_declaration
from classifier.scan.values import Declaration, Mismatch

_FILE_FIELDS = frozenset({"license_link", "license_file", "project.license.file", "project.license-files"})
_PREFIX = "SEE LICENSE IN "
_NO_FILE = ("www.", "mailto:", "#")
_PATTERN_SIGNS = "*?[]{}\n\0"
_MAX_NAMES = 5


def named_file(declaration: Declaration) -> str | None:
    """Return the file that a field names, or None for an address, a pattern or a field of another kind."""
    value = declaration.value
    if value.upper().startswith(_PREFIX):
        value = value[len(_PREFIX) :].strip()
    elif declaration.field not in _FILE_FIELDS:
        return None
    has_address = "://" in value or value.startswith(_NO_FILE)
    return None if has_address or any(sign in value for sign in _PATTERN_SIGNS) else value


def resolve_name(source: str, name: str) -> str | None:
    """Return the path inside the folder of a file that another names, or None when it lies outside."""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
    return None if path.startswith(("../", "/")) or path == ".." else path


def missing_files(declarations: Sequence[Declaration], names: Set[str]) -> Iterator[Mismatch]:
    """Yield one mismatch a source for the files that it names in vain.

    Args:
        declarations: Those of a unit.
        names: All files that were read in the folder, by path.
    """
    lost: dict[str, list[tuple[str, Declaration]]] = {}
    for declaration in declarations:
        name = named_file(declaration)
        path = resolve_name(declaration.source, name) if name else ""
        if name and path is None:
            lost.setdefault(declaration.source, []).append((f"{name} (outside the folder; not read)", declaration))
        elif name and path not in names:
            lost.setdefault(declaration.source, []).append((name, declaration))
    for source, files in lost.items():
        shown = ", ".join(name for name, _ in files[:_MAX_NAMES]) + (" and more" if len(files) > _MAX_NAMES else "")
        message = f"{source} names license files that were not found: {shown}"
        yield mismatch("named-file-missing", message, *(quote_declaration(declaration) for _, declaration in files))
