"""spaCy: the pipeline component `osdlint_parameters`; needs the extra `spacy`.

    nlp.add_pipe("osdlint")
    nlp.add_pipe("osdlint_parameters", config={"patterns": [{"label": "royalty", "id": "none", "pattern": "gratis"}]})

Numbers, places and dates come from the extractor of the base install, so that both paths agree: its
values need grammar, which token patterns lack. A span ruler adds what is said without a number or a
name (perpetual, worldwide, free of charge) and whatever patterns a user brings.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from functools import cache
from typing import Any

from classifier.datamodels import Document, Parameter
from classifier.errors import UsageError
from classifier.integrations.spacy import EXTENSION, token_places
from classifier.packaged import read_text
from classifier.parameters import extract_parameters
from classifier.parameters.brief import brief
from classifier.segment import segment

# isort: split
# The modules above have checked for the extra.
from spacy.language import Language
from spacy.pipeline import SpanRuler
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import filter_spans

__all__ = ["PARAMETERS_KEY", "ParametersPipe", "load_patterns", "make_parameters"]

PARAMETERS_KEY = "parameters"


class ParametersPipe:
    """Fill `doc.spans["parameters"]`: a span each, with the kind as its label and the value as its `id_`.

    `attrs["parameters"]` holds the parameters with all their fields, one a span. Behind the component
    `osdlint` the labels of its clauses count; without it, places and other parameters that only a
    label tells are left out.

    Args:
        ruler: What finds parameters that are said in words.
    """

    def __init__(self, ruler: SpanRuler) -> None:
        self.ruler = ruler

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one document."""
        found = sorted(_apart(list(_extracted(doc)), self._in_words(doc)), key=lambda parameter: parameter.start)
        places = token_places(doc, [(parameter.start, parameter.end) for parameter in found])
        spans = [
            Span(doc, *place, label=parameter.kind, span_id=brief(parameter).removeprefix(parameter.kind).strip())
            for parameter, place in zip(found, places, strict=True)
        ]
        attrs = {"parameters": [_plain(parameter) for parameter in found]}
        doc.spans[PARAMETERS_KEY] = SpanGroup(doc, name=PARAMETERS_KEY, attrs=attrs, spans=spans)
        return doc

    def _in_words(self, doc: Doc) -> Iterator[Parameter]:
        for span in filter_spans(self.ruler.match(doc)):
            yield Parameter(span.label_, span.text, span.start_char, span.end_char, span.id_ or None)


def _extracted(doc: Doc) -> Iterator[Parameter]:
    report = doc._.get(EXTENSION)
    if report is not None:
        for tagged in report.clauses:
            yield from tagged.parameters
    else:
        for clause in segment(Document(doc.text)):
            yield from extract_parameters(clause, ())


def _apart(extracted: list[Parameter], in_words: Iterable[Parameter]) -> Iterator[Parameter]:
    """Yield what was extracted, then what the words add elsewhere."""
    taken = {offset for parameter in extracted for offset in range(parameter.start, parameter.end)}
    yield from extracted
    yield from (said for said in in_words if taken.isdisjoint(range(said.start, said.end)))


def _plain(parameter: Parameter) -> dict[str, Any]:
    return {name: value for name, value in asdict(parameter).items() if value is not None}


@cache
def load_patterns() -> tuple[dict[str, Any], ...]:
    """Read the packaged patterns, in the form of spaCy's span ruler; `id` is the value of the parameter."""
    lines = read_text("spacy_patterns.jsonl").splitlines()
    return tuple(json.loads(line) for line in lines)


def make_parameters(nlp: Language, name: str, patterns: list[dict[str, Any]]) -> ParametersPipe:
    """Build the component; spaCy calls this for `nlp.add_pipe("osdlint_parameters", config={...})`.

    Args:
        nlp: The pipeline.
        name: The name in it.
        patterns: Further patterns, as spaCy's span ruler takes them.

    Raises:
        UsageError: A pattern is none.
    """
    ruler = SpanRuler(nlp, name, phrase_matcher_attr="LOWER", validate=True)
    ruler.add_patterns(list(load_patterns()))
    for pattern in patterns:
        try:
            ruler.add_patterns([pattern])
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"patterns: {pattern}: no pattern of a span ruler ({error}); give 'label' and 'pattern'"
            ) from error
    return ParametersPipe(ruler)


Language.factory("osdlint_parameters", default_config={"patterns": []}, assigns=["doc.spans"], func=make_parameters)
