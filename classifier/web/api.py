"""The API: check a text, and what this server is."""

from email.message import Message
from functools import cached_property, partial
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query
from starlette.exceptions import HTTPException
from starlette.responses import Response

from classifier.datamodels import Document
from classifier.errors import InputError
from classifier.pipeline import Classifier
from classifier.render import render
from classifier.version import __version__
from classifier.web import vocabulary
from classifier.web.models import About, CheckRequest, Download
from classifier.web.problems import described_problems, problem
from classifier.web.workers import Workers

_REPORT_TYPES = {
    media_type: {"schema": {"$ref": "#/components/schemas/report"} if name is Download.json else {}}
    for name, (media_type, _) in vocabulary.MEDIA_TYPES.items()
}


def _require_json(content_type: Annotated[str, Header(include_in_schema=False)] = "") -> None:
    # Pages of other sites can send any other type here without asking first.
    header = Message()
    header["content-type"] = content_type
    if header.get_content_type() != "application/json":
        raise HTTPException(415, "send the text as application/json")


class Api:
    """The endpoints over one loaded model.

    Args:
        classifier: Gives the reports.
        workers: The threads in which it works.
        max_bytes: The cap on the body of a request, as clients are told.
    """

    def __init__(self, classifier: Classifier, workers: Workers, *, max_bytes: int) -> None:
        self.classifier = classifier
        self.workers = workers
        self.max_bytes = max_bytes

    @cached_property
    def router(self) -> APIRouter:
        """The endpoints by path."""
        router = APIRouter(prefix="/api/v1")
        router.add_api_route("/about", self.about, methods=["GET"])
        router.add_api_route(
            "/check",
            self.check,
            methods=["POST"],
            dependencies=[Depends(_require_json)],
            response_class=Response,
            responses={
                200: {"description": "The report, in the format asked for.", "content": _REPORT_TYPES},
                **described_problems(*_CHECK_PROBLEMS),
            },
        )
        return router

    def about(self) -> About:
        """Say what this server is, takes and gives, with the words its reports are made of."""
        return self._about

    @cached_property
    def _about(self) -> About:
        config = self.classifier.tagger.config
        return About(
            version=__version__,
            model=f"{config.name} {config.version}",
            max_bytes=self.max_bytes,
            formats=vocabulary.formats(),
            criteria=vocabulary.criteria(),
            labels=vocabulary.labels(),
            missing=vocabulary.missing(),
            freedoms=vocabulary.freedoms(),
            sentences=vocabulary.sentences(),
        )

    async def check(
        self,
        body: CheckRequest,
        format: Annotated[Download, Query(description="The format of the report.")] = Download.json,
    ) -> Response:
        """Check a license text against the Open Source Definition; nothing is stored."""
        try:
            shown = await self.workers.run(partial(self._report, Document(body.text, body.name), format))
        except InputError as error:
            return problem(error.code, str(error), name=body.name)
        media_type, extension = vocabulary.MEDIA_TYPES[format]
        headers = {"Content-Disposition": f'attachment; filename="osdlint-report.{extension}"'}
        return Response(shown, media_type=media_type, headers=headers)

    def _report(self, doc: Document, format: Download) -> str:
        return render([self.classifier.predict(doc)], format.value, documents=[doc])


_CHECK_PROBLEMS = (
    *("slow-request", "input-too-large", "unsupported-media-type", "foreign-host"),
    *("bad-request", "missing-extra", "busy", "time-out"),
)
