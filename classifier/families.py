"""Families of texts that share most of their wording, found by word shingles.

Near-duplicates are what makes license benchmarks flatter: a family lies wholly in one split.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil

from classifier.normalize import READING, apply

SHINGLE_WORDS = 5
FAMILY_JACCARD = 0.5
CLAUSE_SHINGLE_WORDS = 4
CLAUSE_JACCARD = 0.5

_TOKEN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]|[^\W_]+")

Shingles = frozenset[tuple[str, ...]]


def tokenize(text: str) -> list[str]:
    """Return the words of a text without case and punctuation; Chinese counts by character."""
    return _TOKEN.findall(apply(READING, text).casefold())


def shingles(text: str, words: int = SHINGLE_WORDS) -> Shingles:
    """Return the set of word n-grams of a text; a shorter text is one shingle, Chinese counts by character."""
    tokens = tokenize(text)
    if not tokens:
        return frozenset()
    return frozenset(tuple(tokens[i : i + words]) for i in range(max(1, len(tokens) - words + 1)))


def jaccard(a: Shingles, b: Shingles) -> float:
    """Return shared shingles over all shingles of two texts."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def find_families(texts: Mapping[str, str]) -> dict[str, str]:
    """Return key -> family for texts by key; a family is named after its first key.

    Two texts are linked when they share half of their 5-word shingles (Jaccard index); a family is what
    links connect.
    """
    parent = {key: key for key in texts}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for a, b in _links({key: shingles(text) for key, text in texts.items()}):
        first, second = sorted((root(a), root(b)))
        parent[second] = first
    return {key: root(key) for key in texts}


def _links(sets: Mapping[str, Shingles]) -> Iterator[tuple[str, str]]:
    """Yield the pairs of keys whose sets reach the Jaccard index of a family.

    Two such sets share a shingle among the rarer half of each, so only those halves are compared first
    (prefix filter: Chaudhuri et al., "A Primitive Operator for Similarity Joins", ICDE 2006).
    """
    frequency = Counter(gram for grams in sets.values() for gram in grams)
    holders: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for key in sorted(sets):
        rarest = sorted(sets[key], key=lambda gram: (frequency[gram], gram))
        rarest = rarest[: len(rarest) - ceil(FAMILY_JACCARD * len(rarest)) + 1]
        for other in sorted({other for gram in rarest for other in holders[gram]}):
            if jaccard(sets[key], sets[other]) >= FAMILY_JACCARD:
                yield other, key
        for gram in rarest:
            holders[gram].append(key)


def near_duplicates(
    queries: Sequence[str], pool: Iterable[str], words: int = CLAUSE_SHINGLE_WORDS, limit: float = CLAUSE_JACCARD
) -> list[bool]:
    """Tell for each query whether the pool holds a text whose word n-grams have at least this Jaccard index."""
    index: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    sets = [shingles(text, words) for text in dict.fromkeys(pool)]
    for number, grams in enumerate(sets):
        for gram in grams:
            index[gram].append(number)
    return [_has_near(shingles(query, words), index, sets, limit) for query in queries]


def _has_near(
    grams: Shingles, index: Mapping[tuple[str, ...], list[int]], sets: Sequence[Shingles], limit: float
) -> bool:
    shared: Counter[int] = Counter()
    for gram in grams:
        shared.update(index.get(gram, ()))
    return any(count >= limit * (len(grams) + len(sets[number]) - count) for number, count in shared.most_common())
