"""Where the server listens, and its life from the first request to Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import secrets
import socket
import webbrowser
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address

import uvicorn
from starlette.applications import Starlette

from holdfast.page.guard import Bound

FIRST_PORT = 8750
PORTS_TRIED = 50
MOST_CONNECTIONS = 512


@dataclass(frozen=True)
class Door:
    """A place to listen, held open so that nobody else takes it meanwhile."""

    bound: Bound
    socket: socket.socket


def listen(host: str = "127.0.0.1", port: int | None = None) -> Door:
    """Take a port, the next free one from 8750 if none is asked for; OSError says what is wrong.

    Where others than this machine can reach it, there is a token.
    """
    ports = range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port is None else [port]
    for candidate in ports:
        try:
            taken = _taken(host, candidate)
        except OSError as wrong:
            if wrong.errno == errno.EADDRINUSE and candidate != ports[-1]:
                continue
            raise _in_words(wrong, host, candidate) from wrong
        address, number = taken.getsockname()[:2]
        token = None if ip_address(address).is_loopback else secrets.token_urlsafe(24)
        return Door(Bound(host, number, token), taken)
    raise OSError(f"no port to try on {host}")


def make_server(app: Starlette, url: str | None = None) -> uvicorn.Server:
    """A quiet server of the app; opens `url` in the browser once it is up.

    Run it on the sockets of a `Door`. Errors of ours go to stderr, and nothing else.
    """
    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=5,
    )
    return _Server(config, app, url)


def serve(app: Starlette, door: Door, open_browser: bool) -> None:
    """Serve until Ctrl-C."""
    server = make_server(app, door.bound.url if open_browser else None)
    with suppress(KeyboardInterrupt):
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


def _in_words(wrong: OSError, host: str, port: int) -> OSError:
    if wrong.errno == errno.EADDRINUSE:
        return OSError(f"port {port} of {host} is taken; give another or none with --port")
    if wrong.errno == errno.EACCES:
        return OSError(f"port {port} needs more rights than yours; give one above 1023")
    if isinstance(wrong, socket.gaierror) or wrong.errno == errno.EADDRNOTAVAIL:
        return OSError(f"host '{host}' is no address of this machine; give 127.0.0.1 or 0.0.0.0")
    return OSError(f"cannot listen on port {port} of {host}: {wrong.strerror or wrong}")
