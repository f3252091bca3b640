"""Known license texts: which of them a text comes from, what was changed, which ones it takes in."""

from classifier.known.index import KnownIndex, default_index, load_index
from classifier.known.search import find_incorporated, find_nearest

__all__ = ["KnownIndex", "default_index", "find_incorporated", "find_nearest", "load_index"]
