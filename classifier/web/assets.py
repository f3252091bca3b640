"""The files of the page, read once from the package; nothing else is served."""

from collections.abc import Mapping
from functools import partial
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

# The operating system's table of media types may call a script plain text, and a browser then refuses it.
_MEDIA_TYPES: Mapping[str, str] = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


def asset_routes() -> list[Route]:
    """Return a route for every file of the page; `index.html` is the root."""
    return [
        Route("/" if entry.name == "index.html" else f"/{entry.name}", _endpoint(entry.name, entry.read_bytes()))
        for entry in files("classifier").joinpath("web/static").iterdir()
        if entry.name.rpartition(".")[2] in _MEDIA_TYPES
    ]


def _endpoint(name: str, content: bytes) -> "partial[Response]":
    return partial(_serve, content=content, media_type=_MEDIA_TYPES[name.rpartition(".")[2]])


def _serve(request: Request, content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type)
