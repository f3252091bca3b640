"""Compose the application: page, API, error handling and guards."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from classifier.errors import BusyError, OsdlintError
from classifier.packaged import read_text
from classifier.pipeline import Classifier
from classifier.version import __version__
from classifier.web.api import Api
from classifier.web.assets import asset_routes
from classifier.web.guards import HostGuard, RequestLimits, SecurityHeaders
from classifier.web.problems import STATUS, problem
from classifier.web.workers import Workers

LOCAL_HOSTS = ("127.0.0.1", "localhost", "[::1]")
_RETRY_AFTER = "2"
_CODES = {404: "not-found", 405: "method-not-allowed", 415: "unsupported-media-type"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server takes: bytes a request, checks at the same time, seconds a check, names it answers to."""

    max_bytes: int = 1_000_000
    workers: int = 2
    timeout: float = 60.0
    hosts: tuple[str, ...] = LOCAL_HOSTS


def create_app(classifier: Classifier, limits: Limits = Limits()) -> ASGIApp:
    """Return the application that serves the page and the API over one loaded model."""
    api = FastAPI(
        title="osdlint",
        version=__version__,
        description="Check license texts against the Open Source Definition. Not legal advice.",
        # The pages that would show the description load their scripts from elsewhere.
        docs_url=None,
        redoc_url=None,
        routes=list(asset_routes()),
        exception_handlers={
            RequestValidationError: _refuse_request,
            HTTPException: _refuse_route,
            OsdlintError: _refuse_work,
            Exception: _own_fault,
        },
    )
    api.include_router(Api(classifier, Workers(limits.workers), max_bytes=limits.max_bytes).router)
    api.openapi = _described(api.openapi)  # type: ignore[method-assign]
    limited = RequestLimits(api, max_bytes=limits.max_bytes, timeout=limits.timeout)
    return SecurityHeaders(HostGuard(limited, hosts=limits.hosts))


def _described(openapi: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    """Add the packaged schema of reports to the description of the API."""

    def with_reports() -> dict[str, Any]:
        source = read_text("report.schema.json")
        schema = json.loads(source.replace("#/$defs/", "#/components/schemas/"))
        description = openapi()
        description["components"]["schemas"].update(schema["$defs"])
        return description

    return with_reports


async def _refuse_request(request: Request, error: Exception) -> Response:
    """Say which fields are wrong, without repeating what was sent."""
    found = error.errors() if isinstance(error, RequestValidationError) else []
    message = "; ".join(f"{'.'.join(map(str, entry['loc']))}: {entry['msg']}" for entry in found)
    return problem("bad-request", message)


async def _refuse_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = error.detail if isinstance(error, HTTPException) else ""
    return problem(_CODES.get(status, "bad-request"), f"{request.url.path}: {detail}", headers=headers)


async def _refuse_work(request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, OsdlintError) and error.code in STATUS else "internal-error"
    return problem(code, str(error), headers={"Retry-After": _RETRY_AFTER} if isinstance(error, BusyError) else None)


async def _own_fault(request: Request, error: Exception) -> Response:
    return problem("internal-error", "the server failed on this text; please report it")
