"""Find what a text says about its own openness, by `resources/claims.toml`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from classifier.claims.prose import Sentence, line_of, read_prose
from classifier.packaged import read_toml

Stance = Literal["open", "less", "denied"]
Topic = Literal["work", "code", "weights", "data"]

_BEFORE, _AFTER = 160, 90
_MAX_MENTIONS = 500
"""A text that speaks of openness more often is not read to its end."""
_BOUNDARY = re.compile(
    r"[,;:()—–|!，。；：！？（）]|\s-\s|\b(?:but|while|whereas|although|though|however|which|because)\b|但|然而|而(?=[^且])",
    re.I,
)
_TOPICS: tuple[tuple[Topic, re.Pattern[str]], ...] = (
    ("weights", re.compile(r"\b(?:weights?|checkpoints?|models?|llms?)\b|权重|模型", re.I)),
    ("code", re.compile(r"\b(?:code|source code|codebase|scripts?)\b(?! model)|代码|脚本", re.I)),
    ("data", re.compile(r"\b(?:data|datasets?|corpus|corpora)\b|数据|语料", re.I)),
)
_SUBJECT = re.compile(
    r"^\W{0,5}(?P<subject>[^,;:|，；：。]{1,60}?)"
    r"(?: (?:is|are|was|were|has been|have been) |\s?\||(?<=[\w*) ])(?:是|为(?!了)|：))",
    re.I,
)
_OWN = re.compile(
    r"\b(?:this|it|its|they|these|we|our|i|my|everything|all|here|both|each|which|that|what)\b"
    r"|(?:model|project|code|weight|librar|package|tool|software|repo|framework|app|release|series|version|edition)"
    r"|licen[cs]e|feature|本|我们|该|这|此|项目|模型|代码|权重|版",
    re.I,
)
_ARTICLE = re.compile(r"^(?:the|an?) ", re.I)
_WORD = re.compile(r"[^\W_]{2,}")
_NO_NAME = frozenset(
    "readme md claude agents project context overview introduction intro about documentation docs guide license the of"
    " and to getting started installation usage 简介 说明 项目简介 介绍 文档".split()
)
"""Words of titles that name no work."""
_ELLIPSIS = re.compile(
    r"(?:[,;]|\b(?:but|while|whereas)\b)(?P<subject>[^,;.]{1,60}?)\b(?:are|is|do|does)(?: no|n\W)t\W{0,3}$"
    r"|[，；但而](?P<subject_zh>[^，；。]{1,20}?)(?:则)?(?:不是|没有|未|不)\W{0,3}$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Term:
    """A way to speak of openness.

    Labels in `also` speak against it beside the deviations; when there are labels in `only`, nothing else does.
    """

    id: str
    stance: Stance
    pattern: re.Pattern[str]
    also: tuple[str, ...] = ()
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """What turns a term into no statement about this work (`none`), or into another stance."""

    effect: Literal["none", "denied", "less"]
    where: Literal["before", "after", "sentence", "heading"]
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None = None
    terms: tuple[str, ...] = ()

    def fits(self, term: str, place: str, before: str) -> bool:
        """Tell whether the cue speaks to a term, given the words it looks at and those before the term."""
        if self.terms and term not in self.terms:
            return False
        return self.pattern.search(place) is not None and not (self.unless and self.unless.search(before))


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about the openness of this work.

    `open` says that it is open, `less` says something short of that (open weights, source-available),
    `denied` says that it is not. `start` and `end` are the half-open span of the quote in the text.
    """

    term: str
    stance: Stance
    about: Topic
    quote: str
    line: int
    start: int
    end: int


@cache
def load_patterns() -> tuple[tuple[Term, ...], tuple[Cue, ...]]:
    """Read the packaged terms and cues."""
    data = read_toml("claims.toml")
    terms = (
        Term(
            e["id"],
            e["stance"],
            re.compile("|".join(e["patterns"]), re.I),
            tuple(e.get("also", ())),
            tuple(e.get("only", ())),
        )
        for e in data["terms"]
    )
    return tuple(terms), tuple(_cue(entry) for entry in data["cues"])


def find_term(term: str) -> Term:
    """Return the term with this id."""
    return next(known for known in load_patterns()[0] if known.id == term)


def _cue(entry: dict[str, object]) -> Cue:
    words = "|".join(entry["patterns"])  # type: ignore[arg-type]
    if "within" in entry and entry.get("language") == "zh":
        words = rf"(?:{words})[^，。；]{{0,{entry['within']}}}$"
    elif "within" in entry:
        # What parts words and what words are made of must not overlap, or trying takes exponential time.
        words = rf"(?:{words})(?:[\s\"“”*]{{1,4}}[^\s\"“”*]{{1,30}}){{0,{entry['within']}}}[\s\"“”*'-]{{0,5}}$"
    unless = entry.get("unless")
    return Cue(
        entry["effect"],  # type: ignore[arg-type]
        entry["where"],  # type: ignore[arg-type]
        re.compile(words, re.I),
        re.compile(str(unless), re.I) if unless else None,
        tuple(entry.get("terms", ())),  # type: ignore[arg-type]
    )


def find_claims(text: str) -> tuple[Claim, ...]:
    """Return the statements of a README or model card about its own openness, in order.

    Code, badges, comments, front matter and addresses are no statements; neither are words about
    other works, questions, conditions and promises. Never fails on any string.
    """
    title, sentences = read_prose(text)
    found: dict[tuple[int, str, Stance], Claim] = {}
    for sentence, mentions in _mentions(sentences):
        for term, stance, about in _statements(sentence, mentions, title):
            key = (sentence.start, term, stance)
            if key not in found:
                line = line_of(text, sentence.start)
                found[key] = Claim(term, stance, about, sentence.text, line, sentence.start, sentence.end)
    return tuple(found.values())


def _mentions(sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, list[tuple[Term, re.Match[str]]]]]:
    """Yield the sentences that speak of openness, with the terms in them; the first term at a place wins."""
    left = _MAX_MENTIONS
    for sentence in sentences:
        found: list[tuple[Term, re.Match[str]]] = []
        for term in load_patterns()[0]:
            for match in term.pattern.finditer(sentence.text):
                if not any(match.start() < other.end() and other.start() < match.end() for _, other in found):
                    found.append((term, match))
        if found:
            yield sentence, found[:left]
        left -= len(found)
        if left <= 0:
            return


def _statements(
    sentence: Sentence, mentions: list[tuple[Term, re.Match[str]]], title: str
) -> Iterator[tuple[str, Stance, Topic]]:
    for term, match in mentions:
        before, after = _surroundings(sentence.text, match)
        effect = _effect(term.id, sentence, before, after)
        if effect == "none" or _is_about_another(sentence.text[: match.start()], title):
            continue
        stance = _changed(term.stance, effect)
        if stance is not None:
            yield term.id, stance, _topic(before, after)
        if stance == "open" and (ellipsis := _ELLIPSIS.search(sentence.text, match.end())):
            yield term.id, "denied", _topic(ellipsis["subject"] or ellipsis["subject_zh"], "")


def _changed(stance: Stance, effect: str) -> Stance | None:
    """Return what is said in the end; that something is not closed, or not source-available, says nothing."""
    if effect == "denied":
        return "denied" if stance == "open" else None
    return "less" if effect == "less" and stance == "open" else stance


def _surroundings(text: str, match: re.Match[str]) -> tuple[str, str]:
    """Return the words of the term's clause before and after it."""
    before = text[max(0, match.start() - _BEFORE) : match.start()]
    after = text[match.end() : match.end() + _AFTER]
    cuts = [boundary.end() for boundary in _BOUNDARY.finditer(before)]
    end = _BOUNDARY.search(after)
    return before[cuts[-1] if cuts else 0 :], after[: end.start() if end else len(after)]


def _effect(term: str, sentence: Sentence, before: str, after: str) -> str:
    places = {
        "before": before, "after": after, "sentence": sentence.text, "heading": "\n".join(sentence.headings)
    }  # fmt: skip
    cues = load_patterns()[1]
    return next((cue.effect for cue in cues if cue.fits(term, places[cue.where], before)), "states")


def _is_about_another(before: str, title: str) -> bool:
    """Tell a sentence whose named subject is not the work: `PyTorch is ...` under the title `Foo`."""
    subject = _SUBJECT.match(before[before.rfind(": ") + 1 :])
    if not title or not subject:
        return False
    name = _ARTICLE.sub("", subject["subject"].strip(" *_"))
    words = {word.lower() for word in _WORD.findall(name)}
    known = {word.lower() for word in _WORD.findall(title)}
    return name[:1].isupper() and not known <= _NO_NAME and not words & known and not _OWN.search(name)


def _topic(before: str, after: str) -> Topic:
    """Return the part of the work that is spoken of, when it is one part alone."""
    found = [topic for topic, pattern in _TOPICS if pattern.search(before)]
    found = found or [topic for topic, pattern in _TOPICS if pattern.search(after)]
    return found[0] if len(found) == 1 else "work"
