"""Find what does not agree inside a unit: declarations, license texts, claims, base models and named files."""

import posixpath
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set

from classifier.scan.claimed import claim_mismatches
from classifier.scan.declared import Family, family_of, ids_of, normalize_id, standing_of
from classifier.scan.named import missing_files
from classifier.scan.quotes import describe, mismatch, quote_declaration, quote_deviation, quote_title, say
from classifier.scan.values import LICENSE_FIELDS, Declaration, LicenseText, Mismatch, StatedClaim

_SAME = 0.995
"""The share of words that a text has in common with the known text that it is."""


def find_mismatches(
    texts: Sequence[LicenseText], declarations: Sequence[Declaration], claims: Sequence[StatedClaim], names: Set[str]
) -> list[Mismatch]:
    """Return every mismatch inside a unit.

    Args:
        texts: The texts of the unit.
        declarations: What its files declare.
        claims: What its READMEs claim, checked against the texts.
        names: All files that were read in the folder, by path.
    """
    licensing = _once([declaration for declaration in declarations if declaration.field in LICENSE_FIELDS])
    return [
        *_against_texts(licensing, texts),
        *_against_identity(licensing, texts),
        *_against_each_other(licensing),
        *_against_base_models(declarations, licensing),
        *claim_mismatches(claims, texts, licensing),
        *_mixed(texts),
        *missing_files(declarations, names),
    ]


def _against_texts(licensing: Sequence[Declaration], texts: Sequence[LicenseText]) -> Iterator[Mismatch]:
    licenses = [text for text in texts if text.role == "license"]
    policies = [text for text in texts if text.role == "use-policy"]
    clean = [text for text in licenses if text.report.verdict == "no-deviation-found"]
    open_ = [declaration for declaration in licensing if standing_of(declaration.value) == "open"]
    restricted = [declaration for declaration in licensing if standing_of(declaration.value) == "restricted"]
    # Beside a license that is open, another that is not is a matter of its own: mixed texts.
    for text in (*([] if clean else licenses), *policies):
        if open_ and text.report.verdict == "deviates":
            message = f"{say(open_)}, {text.source} has: {describe(text)}"
            quotes = (*map(quote_declaration, open_), quote_deviation(text))
            yield mismatch("declared-open-text-deviates", message, *quotes)
    if restricted and clean and len(clean) == len(licenses) and not policies:
        message = f"{say(restricted)}, in {clean[0].source} no deviation was found"
        quotes = (*map(quote_declaration, restricted), quote_title(clean[0]))
        yield mismatch("declared-restricted-text-clean", message, *quotes)


def _against_identity(licensing: Sequence[Declaration], texts: Sequence[LicenseText]) -> Iterator[Mismatch]:
    """Yield the declared ids that are not those of the texts, where every text is a known one, word for word."""
    licenses = [text for text in texts if text.role == "license"]
    identities = [_identity(text) for text in licenses]
    if not licenses or not all(identities):
        return
    known = {normalize_id(identity) for identity in identities}
    others = [d for d in licensing if ids_of(d.value) and not ids_of(d.value) & known]
    if others:
        message = f"{say(others)}, {licenses[0].source} is the text of {identities[0]}"
        yield mismatch("declared-another-text", message, *map(quote_declaration, others), quote_title(licenses[0]))


def _identity(text: LicenseText) -> str:
    """Return the SPDX id of the known text that a text is, or ""."""
    nearest = text.report.nearest
    if nearest is None or nearest.id.startswith("LicenseRef-") or nearest.added or nearest.altered:
        return ""
    return nearest.id if nearest.similarity >= _SAME else ""


def _against_each_other(licensing: Sequence[Declaration]) -> Iterator[Mismatch]:
    """Compare the files of each folder, and the fields of each card."""
    for folder in _by_folder(licensing).values():
        sources = [same for same in _by_source(folder).values() if _all_ids(same)]
        if any(not _all_ids(sources[0]) & _all_ids(same) for same in sources[1:]):
            stated = [next(d for d in same if ids_of(d.value)) for same in sources]
            yield mismatch("declarations-differ", say(stated), *map(quote_declaration, stated))
        for same in _by_source(folder).values():
            yield from _name_against_tag(same)


def _name_against_tag(same: Sequence[Declaration]) -> Iterator[Mismatch]:
    """Compare `license` with the `license_name` of the same card."""
    tags = [d for d in same if d.field == "license" and standing_of(d.value) == "open"]
    names = [d for d in same if d.field == "license_name" and standing_of(d.value) == "restricted"]
    if tags and names:
        message = f"{tags[0].source} has the license {tags[0].value} and the license_name {names[0].value}"
        yield mismatch("declarations-differ", message, quote_declaration(tags[0]), quote_declaration(names[0]))


def _against_base_models(declarations: Sequence[Declaration], licensing: Sequence[Declaration]) -> Iterator[Mismatch]:
    """Yield one mismatch for each family of a folder's base models that the declared tags leave out."""
    declared = _by_folder(licensing)
    found: defaultdict[tuple[str, str], list[tuple[Family, Declaration, list[Declaration]]]] = defaultdict(list)
    for base in declarations:
        family = family_of(base.value) if "base_model" in base.field else None
        beside = declared.get(posixpath.dirname(base.source), [])
        own = [declaration for declaration in beside if declaration.source == base.source] or beside
        other = [declaration for declaration in own if standing_of(declaration.value) != "unknown"]
        if family and other and not set(family.tags) & {normalize_id(declaration.value) for declaration in own}:
            found[posixpath.dirname(base.source), family.name].append((family, base, other))
    for same in found.values():
        family, base, _ = same[0]
        tagged = _once([declaration for _, _, other in same for declaration in other])
        message = f"{say(tagged)}, its base model {base.value} is {family.name}, whose tag is {family.tags[0]}"
        yield mismatch("base-model-license", message, *map(quote_declaration, tagged), quote_declaration(base))


def _mixed(texts: Sequence[LicenseText]) -> Iterator[Mismatch]:
    licenses = [text for text in texts if text.role == "license"]
    clean = [text for text in licenses if text.report.verdict == "no-deviation-found"]
    for text in licenses if clean else ():
        if text.report.verdict == "deviates":
            message = f"in {clean[0].source} no deviation was found, {text.source} has: {describe(text)}"
            yield mismatch("mixed-texts", message, quote_title(clean[0]), quote_deviation(text))


def _all_ids(declarations: Iterable[Declaration]) -> frozenset[str]:
    return frozenset(found for declaration in declarations for found in ids_of(declaration.value))


def _by_folder(declarations: Iterable[Declaration]) -> dict[str, list[Declaration]]:
    found: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        found[posixpath.dirname(declaration.source)].append(declaration)
    return found


def _by_source(declarations: Iterable[Declaration]) -> dict[str, list[Declaration]]:
    found: defaultdict[str, list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        found[declaration.source].append(declaration)
    return found


def _once(declarations: Iterable[Declaration]) -> list[Declaration]:
    """Return one declaration of each value in a file: a field and a classifier often say the same."""
    found: dict[tuple[str, frozenset[str] | str], Declaration] = {}
    for declaration in declarations:
        found.setdefault((declaration.source, ids_of(declaration.value) or declaration.value), declaration)
    return list(found.values())
