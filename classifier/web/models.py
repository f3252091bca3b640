"""What the API takes and gives; reports are described by `resources/report.schema.json`."""

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from classifier.web.problems import NO_NAME


def _refuse_lone_surrogates(text: str) -> str:
    text.encode()  # JSON can hold half a character; its error is a ValueError
    return text


Encodable = Annotated[str, AfterValidator(_refuse_lone_surrogates)]
"""Text that UTF-8 can hold."""


class CheckRequest(BaseModel):
    """A text to check."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[Encodable, Field(description="The license text.", json_schema_extra={"pattern": r"\S"})]
    name: Annotated[Encodable, Field(min_length=1, max_length=200, description="What reports call the text.")] = NO_NAME


class Download(StrEnum):
    """The formats of a report."""

    json = "json"
    sarif = "sarif"
    html = "html"
    markdown = "markdown"
    csv = "csv"
    text = "text"
    spdx = "spdx"
    cyclonedx = "cyclonedx"


class Bilingual(BaseModel):
    """The same words in English and Chinese."""

    en: str
    zh: str


class CriterionInfo(BaseModel):
    """A criterion of the Open Source Definition; the rationale is in this project's words."""

    number: int
    title: Bilingual
    rationale: Bilingual


class Titled(BaseModel):
    """Something that reports name by its id: a label, a lack or a freedom."""

    id: str
    title: Bilingual


class FormatInfo(BaseModel):
    """A format that reports can be had in."""

    id: Download
    title: str
    media_type: str
    extension: str


class About(BaseModel):
    """What this server is, takes and gives, and the words of its reports.

    Reports speak the language of the text; `sentences` are all reasons and suggestions in both.
    """

    version: str
    model: str
    max_bytes: int
    formats: list[FormatInfo]
    criteria: list[CriterionInfo]
    labels: list[Titled]
    missing: list[Titled]
    freedoms: list[Titled]
    sentences: list[Bilingual]
