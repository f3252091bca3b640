"""What went wrong, in the shape that the command line gives a source it cannot read."""

from collections.abc import Mapping

from starlette.responses import JSONResponse

from classifier.datamodels import FailedReport

NO_NAME = "<text>"
STATUS: Mapping[str, int] = {
    "not-found": 404,
    "method-not-allowed": 405,
    "slow-request": 408,
    "input-too-large": 413,
    "unsupported-media-type": 415,
    "foreign-host": 421,
    "bad-request": 422,
    "unreadable-input": 422,
    "internal-error": 500,
    "missing-extra": 501,
    "busy": 503,
    "time-out": 504,
}
"""The HTTP status of each error code."""
_MEANING = {
    "slow-request": "The request did not arrive in time.",
    "input-too-large": "The request is larger than the server takes.",
    "unsupported-media-type": "The body is not application/json.",
    "foreign-host": "The Host header names another host than this server.",
    "bad-request": "The body or the format is not as described, or the text is empty.",
    "missing-extra": "The format needs an extra that is not installed.",
    "busy": "All workers are busy; try again after the seconds in Retry-After.",
    "time-out": "The check took too long.",
}


def problem(code: str, message: str, *, name: str = NO_NAME, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the response that reports an error.

    Args:
        code: One of `STATUS`; any other is an internal error.
        message: What is wrong, and the way out.
        name: The text that the error is about.
        headers: Headers to add.
    """
    failure = FailedReport(name, code, message)
    return JSONResponse(failure.to_dict(), STATUS.get(code, 500), dict(headers or {}))


def described_problems(*codes: str) -> dict[int | str, dict[str, object]]:
    """Return the OpenAPI descriptions of error responses, by HTTP status."""
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/failure"}}}
    return {STATUS[code]: {"description": _MEANING[code], "content": content} for code in codes}
