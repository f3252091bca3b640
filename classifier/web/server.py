"""Run the application."""

import socket

import uvicorn
from starlette.types import ASGIApp

from classifier.errors import UsageError

_MAX_CONNECTIONS = 64
_SECONDS_TO_END = 2


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address; port 0 takes any free one.

    Raises:
        UsageError: The address is taken, not of this machine or not allowed.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{host}:{port}: cannot listen there ({reason}); choose another --host or --port") from error


def run(app: ASGIApp, listener: socket.socket) -> None:
    """Answer requests until the process is told to stop; no request is logged."""
    config = uvicorn.Config(
        app,
        access_log=False,
        lifespan="off",
        limit_concurrency=_MAX_CONNECTIONS,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
        ws="none",
    )
    uvicorn.Server(config).run(sockets=[listener])
