"""Who may talk to the server: pages it served itself, on this machine or with the token.

Against a page elsewhere that points its own name at this machine (DNS rebinding), the Host must
be one of ours; against a page elsewhere that posts to us, Origin and Sec-Fetch-Site must be ours.
"""

from __future__ import annotations

import re
import secrets
import socket
import time
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import parse_qs

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from holdfast.page.patience import PASSED

MOST_BYTES = 64 * 1024
"""Of a request body: a request of the page has some hundred."""

MOST_UNDER_WAY = 512
"""Requests that are answered at once, listeners among them."""

TICKET_S = 120.0
"""Seconds in which a browser that is opened has to ask."""

DOORWAY = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Holdfast</title>
<meta http-equiv="refresh" content="0; url=./">
<p><a href="./">Go on to the page</a></p></html>
"""
"""Goes on from the address with the token to that without. A redirect would not do: the cookie does
not come with one that a page elsewhere, as a mail, has led to."""

HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}
"""Of every response that does not say otherwise."""

_READING = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:\[\]]+)(?::([0-9]{1,5}))?")
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class Bound:
    """Where the server listens, and the token that it asks for where others can reach it."""

    host: str  # as it was asked for
    port: int
    token: str | None = None  # None on loopback: only this machine can ask
    ticket: str | None = None  # opens once and soon; what a program is called with, others can see

    @property
    def url(self) -> str:
        """The address to open on this machine."""
        return self._address() + (f"?token={self.token}" if self.token else "")

    @property
    def url_for_once(self) -> str:
        """The address for a browser that is opened here, without the token."""
        return self._address() + (f"?ticket={self.ticket}" if self.ticket else "")

    def _address(self) -> str:
        everywhere = self.host in ("", "0.0.0.0", "::")
        host = "127.0.0.1" if everywhere else f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}/"

    def knows(self, host: str) -> bool:
        """Whether a Host header names this server.

        On loopback the port must be right too. With a token it may be another (a container or a
        tunnel), and so may a bare address: only names can be rebound.
        """
        found = _HOST.fullmatch(host.lower())
        if not found:
            return False
        name, port = found[1], int(found[2] or 80)
        ours = {*_LOOPBACK, self.host.lower(), f"[{self.host.lower()}]"}
        if self.token is None:
            return name in ours and port == self.port
        return name in ours | {socket.gethostname().lower()} or _is_address(name)

    @property
    def cookie(self) -> str:
        """Its name; with the port, for cookies of one host are shared by all its ports."""
        return f"holdfast-{self.port}"


class Guard:
    """Turns away what does not come from our own page, and marks what goes out. Pure ASGI."""

    def __init__(self, app: ASGIApp, bound: Bound) -> None:
        self._app, self._bound = app, bound
        self._ticket, self._until = bound.ticket, time.monotonic() + TICKET_S
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        invited = self._is_invited(scope)
        outward = _marked(send, self._cookie() if invited else None)
        refusal = self._refusal(scope["method"], headers, invited)
        if refusal:
            status, words = refusal
            await JSONResponse({"error": words}, status)(scope, receive, outward)
        elif invited and _is_opened(scope, headers):
            await HTMLResponse(DOORWAY)(scope, receive, outward)
        else:
            scope.get("extensions", {}).get(PASSED, lambda: None)()
            self._under_way += 1
            try:
                await self._app(scope, _limited(receive, scope["method"]), outward)
            finally:
                self._under_way -= 1

    def _is_invited(self, scope: Scope) -> bool:
        """Whether a request has the token, or the ticket, which is good for one."""
        if self._bound.token is None:
            return False
        if _same(_asked(scope, "token"), self._bound.token):
            return True
        if self._ticket is None or not _same(_asked(scope, "ticket"), self._ticket):
            return False
        self._ticket = None
        return time.monotonic() < self._until

    def _refusal(self, method: str, headers: Headers, invited: bool) -> tuple[int, str] | None:
        """Status and words, or None for a request that may pass."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._bound.knows(hosts[0]):
            return 403, f"this server is not called that; open {self._bound.url.split('?')[0]}"
        if not _from_our_page(method, headers, hosts[0]):
            return 403, "this request comes from a page of somebody else"
        if self._bound.token and not invited and not self._has_cookie(headers):
            return 403, "open the address with ?token= that `holdfast serve` printed"
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit():
            return 400, "Content-Length is not a number"
        if len(length) > 9 or int(length) > MOST_BYTES:
            return 413, _too_large()
        if self._under_way >= MOST_UNDER_WAY:
            return 503, f"{MOST_UNDER_WAY} requests are being answered already; try again soon"
        return None

    def _has_cookie(self, headers: Headers) -> bool:
        shown = cookie_parser(headers.get("cookie", "")).get(self._bound.cookie, "")
        return _same(shown, self._bound.token or "")

    def _cookie(self) -> str:
        return f"{self._bound.cookie}={self._bound.token}; Path=/; HttpOnly; SameSite=Strict"


def _from_our_page(method: str, headers: Headers, host: str) -> bool:
    """Whether our own page asks, or the address bar, or a program that is no browser."""
    site = headers.get("sec-fetch-site", "none")
    reading = method in _READING
    if reading and headers.get("sec-fetch-mode") == "navigate":
        return True  # a link from elsewhere; what it opens is not readable there
    if site not in ("same-origin", "none"):
        return False
    origins = headers.getlist("origin")
    return reading or not origins or origins in ([f"http://{host}"], [f"https://{host}"])


def _marked(send: Send, cookie: str | None) -> Send:
    async def outward(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if cookie:
                headers.append("set-cookie", cookie)
        await send(message)

    return outward


def _limited(receive: Receive, method: str) -> Receive:
    """Counts the body as it comes, for one sent in chunks does not say its length.

    Who sends so much with a request to read, which has no body, is taken to be gone.
    """
    size = 0

    async def inward() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            if method in _READING:
                return {"type": "http.disconnect"}
            raise HTTPException(413, _too_large())
        return message

    return inward


def _too_large() -> str:
    return f"a request may have {MOST_BYTES // 1024} KiB"


def _asked(scope: Scope, name: str) -> str:
    return parse_qs(scope["query_string"].decode("latin-1")).get(name, [""])[0]


def _is_opened(scope: Scope, headers: Headers) -> bool:
    """Whether a browser opens the page, whose address bar is to show no token."""
    reads = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    return reads and scope["path"] == "/"


def _same(given: str, token: str) -> bool:
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True
