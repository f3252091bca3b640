"""Middleware around the application: who may ask, how much, for how long, and what a browser may do with the answer."""

import asyncio
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classifier.web.problems import problem

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data:",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class SecurityHeaders:
    """Add to every response the headers that bind a browser."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class HostGuard:
    """Refuse requests for other hosts: a foreign page may point its own name at this machine.

    Args:
        app: The application to guard.
        hosts: The names to answer to, without ports; an IPv6 address stands in brackets.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            given = Headers(scope=scope).getlist("host")
            if len(given) != 1 or host_name(given[0]) not in self.hosts:
                message = "the Host header names another host; start the server with --allow-host to answer to it"
                await problem("foreign-host", message)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def host_name(header: str) -> str:
    """Return the host of a Host header in lower case, without the port."""
    name, bracket, _ = header.partition("]")
    return (name + bracket if bracket else header.partition(":")[0]).lower()


class RequestLimits:
    """Cap the size of a request while it arrives, and the time it may take to arrive and to be answered.

    Args:
        app: The application to guard.
        max_bytes: Larger bodies are refused, whatever their Content-Length says.
        timeout: Seconds for the body to arrive, and again for the answer to begin.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int, timeout: float) -> None:
        self.app = app
        self.max_bytes = max_bytes
        self.timeout = timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self.timeout):
                body = await self._read(Headers(scope=scope), receive)
        except TimeoutError:
            await problem("slow-request", f"the request did not arrive within {self.timeout:g} s")(scope, receive, send)
            return
        if body is None:
            message = f"the request is larger than {self.max_bytes:,} bytes; raise the cap with --max-bytes"
            await problem("input-too-large", message, headers={"Connection": "close"})(scope, receive, send)
            return
        await self._answer(scope, _replay(body, receive), send)

    async def _read(self, headers: Headers, receive: Receive) -> bytes | None:
        """Return the body, or None once it is too large; what a client that went away had sent is the body."""
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > self.max_bytes:
            return None
        body = bytearray()
        more = True
        while more:
            message = await receive()
            body += message.get("body", b"")
            if len(body) > self.max_bytes:
                return None
            more = message.get("more_body", False)
        return bytes(body)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        clock = asyncio.timeout(self.timeout)
        try:
            async with clock:
                await self.app(scope, receive, watched_send)
        except TimeoutError:
            if started or not clock.expired():
                raise
            message = f"the check took longer than {self.timeout:g} s; check a shorter text, or raise --timeout"
            await problem("time-out", message)(scope, receive, send)
        except asyncio.CancelledError:  # the server is being stopped: this task has nothing else to do
            if not started:
                await problem("busy", "the server is stopping")(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that hands out a body that has been read, then what comes after it."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replayed() -> Message:
        return waiting.pop() if waiting else await receive()

    return replayed
