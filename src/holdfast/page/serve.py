"""Where the server listens, and its life from the first request to Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
import webbrowser
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address
from typing import Any

import uvicorn
from starlette.applications import Starlette

from holdfast.page.guard import Bound
from holdfast.page.patience import Connection, Patience, Waiting

FIRST_PORT = 8750
PORTS_TRIED = 50
PORTS = range(65_536)


@dataclass(frozen=True)
class Door:
    """A place to listen, held open so that nobody else takes it meanwhile."""

    bound: Bound
    socket: socket.socket


class NoDoor(OSError):
    """A place where nobody can listen: what is wrong with it, what is allowed, and a cure."""

    def __init__(self, words: str, what: str, given: object, allowed: str, cure: str) -> None:
        """Bind the words, and the same in four parts."""
        super().__init__(words)
        self.parts = what, given, allowed, cure


def listen(host: str = "127.0.0.1", port: int | None = None) -> Door:
    """Take a port, the next free one from 8750 if none is asked for; NoDoor says what is wrong.

    Where others than this machine can reach it, there is a token.
    """
    ports = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port is None else [port]
    for candidate in ports:
        if candidate not in PORTS:
            cure = "give such a number, or none: a free port is found"
            words = f"port {candidate} is none; {cure}"
            raise NoDoor(words, "--port", candidate, "0 to 65535", cure)
        try:
            taken = _taken(host, candidate)
        except (OSError, UnicodeError) as wrong:
            in_use = isinstance(wrong, OSError) and wrong.errno == errno.EADDRINUSE
            if in_use and candidate != ports[-1]:
                continue
            raise _in_words(wrong, host, candidate) from wrong
        address, number = taken.getsockname()[:2]
        if ip_address(address).is_loopback:
            return Door(Bound(host, number), taken)
        return Door(Bound(host, number, *(secrets.token_urlsafe(24) for _ in range(2))), taken)
    raise AssertionError("no port to try")


def make_server(
    app: Starlette, url: str | None = None, patience: Patience | None = None
) -> uvicorn.Server:
    """A quiet server of the app; opens `url` in the browser once it is up.

    Run it on the sockets of a `Door`. Errors of ours go to stderr, and nothing else.
    """
    protocol: Any = partial(Connection, Waiting(patience or Patience()))
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    return _Server(config, app, url)


def serve(app: Starlette, door: Door, open_browser: bool) -> None:
    """Serve until Ctrl-C, which then stops the program like any other."""
    server = make_server(app, door.bound.url_for_once if open_browser else None)
    server.run(sockets=[door.socket])


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, app: Starlette, url: str | None) -> None:
        super().__init__(config)
        self._app, self._url = app, url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._url:
            asyncio.get_running_loop().run_in_executor(None, webbrowser.open, self._url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the runs first: who listens to one would keep the server from ending."""
        await self._app.state.jobs.close()
        await super().shutdown(sockets)


def _taken(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    taken = socket.socket(family, kind, protocol)
    try:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(address)
        taken.listen(128)
    except OSError:
        taken.close()
        raise
    return taken


def _in_words(wrong: Exception, host: str, port: int) -> NoDoor:
    number = wrong.errno if isinstance(wrong, OSError) else None
    if number == errno.EADDRINUSE:
        cure = "give another, or none: a free port is found"
        words = f"port {port} of {host} is taken; {cure}"
        return NoDoor(words, "--port", port, f"a port of {host} that is not taken", cure)
    if number == errno.EACCES:
        words = f"port {port} needs more rights than yours; give one above 1023"
        return NoDoor(words, "--port", port, "a port above 1023", "others need more rights")
    shown, ours = f"{host:.60}", "give 127.0.0.1 or 0.0.0.0"
    if isinstance(wrong, socket.gaierror | UnicodeError) or number == errno.EADDRNOTAVAIL:
        words = f"host '{shown}' is no address of this machine; {ours}"
        return NoDoor(words, "--host", shown, "an address of this machine", ours)
    said = getattr(wrong, "strerror", None) or wrong
    words = f"cannot listen on port {port} of {shown}: {said}"
    return NoDoor(words, "--host", shown, f"an address that can be listened on ({said})", ours)
