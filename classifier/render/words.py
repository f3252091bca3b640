"""The words around a report, in English or Chinese, read from `resources/words.toml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from classifier.datamodels import Report
from classifier.labels import load_labels
from classifier.packaged import read_toml
from classifier.render import AnyReport


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one language; `lang` is its BCP 47 tag."""

    lang: str
    table: Mapping[str, str]

    def __call__(self, name: str, **values: object) -> str:
        """Return a word or sentence with its gaps filled."""
        return self.table[name].format(**values) if values else self.table[name]

    def get(self, name: str) -> str:
        """Return a word, or its name when there is none for it."""
        return self.table.get(name, name)

    def criterion(self, number: int | None) -> str:
        """Return the number and title of a criterion."""
        if number is None:
            return self("no-criterion")
        return self("criterion", number=number, title=self.get(f"criterion-{number}"))

    def fact(self, name: str, value: str) -> tuple[str, str]:
        """Return the title of a fact about a text, and its value in words."""
        spoken = {"verdict": f"headline-{value}", "language": f"language-{value}"}.get(name, "")
        return self.table.get(f"fact-{name}", name), self.table.get(spoken, value)

    def label(self, label: str) -> str:
        """Return the title of a label; that of an unknown one is its id."""
        known = load_labels().find(label)
        if known is None:
            return label
        return known.title_zh if self.lang == "zh" else known.title


@cache
def words_of(language: str) -> Words:
    """Return the words for a text in a language; those for other languages are English."""
    tables = read_toml("words.toml")
    lang = language if language in tables else "en"
    return Words(lang, tables[lang])


def common_language(reports: Iterable[AnyReport]) -> str:
    """Return "zh" when all texts are Chinese, else "en"."""
    languages = {report.source.language for report in reports if isinstance(report, Report)}
    return "zh" if languages == {"zh"} else "en"
