"""The page over HTTP: the theatre, runs that are told part by part, and their reports.

All that goes wrong is said as `{"error": words}`. What can be sent and got is in `description`.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Send

from holdfast.page.asked import Unreadable, read_asked
from holdfast.page.description import description
from holdfast.page.document import as_json, document, modules, policy
from holdfast.page.guard import HEADERS, Bound, Guard
from holdfast.page.job import Busy, Event, Unknown
from holdfast.page.jobs import NOBODY, Jobs
from holdfast.page.worker import Fight

Check = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A request in full, or ValueError with words on what is wrong with it."""

Report = Callable[..., str]
"""Theatre, run and, where there is one, a run to compare it with, to a self-contained HTML."""


def make_app(
    theatre: Mapping[str, Any],
    check: Check,
    fight: Fight,
    argument: str,
    report: Report,
    bound: Bound,
) -> Starlette:
    """The application; `fight(argument, asked)` runs in a process of its own."""
    jobs = Jobs(fight, argument)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with jobs:
            jobs.start(NOBODY, check({}))  # compiles what is fought, while the page is opened
            yield

    app = Starlette(
        routes=[*_still_routes(theatre), *_run_routes(_Runs(theatre, check, report, jobs))],
        middleware=[Middleware(Guard, bound=bound), Middleware(GZipMiddleware, minimum_size=1024)],
        exception_handlers={
            HTTPException: _refused,
            Unknown: _in_words(404),
            Busy: _in_words(429),
            ClientDisconnect: _in_words(400),
            Exception: _broken,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.jobs = jobs
    return app


class _Fixed:
    """Bytes that stay as they are while the server runs; asked again, they are not sent again."""

    def __init__(
        self, body: bytes, media_type: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self._body, self._media_type = body, media_type
        self._tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        self._headers = {"etag": self._tag, "cache-control": "no-cache", **(headers or {})}

    async def __call__(self, request: Request) -> Response:
        known = request.headers.get("if-none-match", "").split(",")
        if self._tag in [tag.strip().removeprefix("W/") for tag in known]:
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type=self._media_type)


def _still_routes(theatre: Mapping[str, Any]) -> list[Route]:
    live_policy = {"content-security-policy": f"{policy(live=True)}; frame-ancestors 'none'"}
    page = document(str(theatre["title"]), None, live=True)
    described = json.dumps(description(theatre))
    code = {name: _Fixed(text, "text/javascript") for name, text in modules().items()}

    async def module(request: Request) -> Response:
        found = code.get(request.path_params["name"])
        if found is None:
            raise HTTPException(404, "the page has no such module")
        return await found(request)

    return [
        _get("/", _Fixed(page.encode(), "text/html", live_policy)),
        _get("/static/{name}.js", module),
        _get("/api/theatre", _Fixed(as_json(theatre).encode(), "application/json")),
        _get("/api/description", _Fixed(described.encode(), "application/json")),
    ]


class _Runs:
    """What can be done with runs."""

    def __init__(
        self, theatre: Mapping[str, Any], check: Check, report: Report, jobs: Jobs
    ) -> None:
        self._theatre, self._check, self._report, self._jobs = theatre, check, report, jobs
        self._tag = f'"{theatre["hash"]}-{theatre["version"]}"'
        self._desk = asyncio.Lock()  # requests are checked in the order in which they came
        self._rows = {str(place["id"]): row for row, place in enumerate(theatre["districts"])}

    async def ask(self, request: Request) -> Response:
        """Start a run; a page that was loaded when other data were served is told so."""
        if request.headers.get("if-match", self._tag) not in (self._tag, "*"):
            raise HTTPException(412, "this server has other scenario data, or is another version")
        try:
            session, asked = read_asked(await request.body())
            async with self._desk:
                run = self._jobs.start(session, await asyncio.to_thread(self._check, asked))
        except Unreadable as wrong:
            raise HTTPException(400, str(wrong)) from wrong
        except ValueError as wrong:
            raise HTTPException(422, str(wrong)) from wrong
        return _json({"id": run}, 202, {"location": f"/api/runs/{run}"})

    async def one(self, request: Request) -> Response:
        run = request.path_params["id"]
        if request.method == "DELETE":
            self._jobs.stop(run)
            return Response(status_code=204)
        return Response(self._jobs.newest(run), media_type="application/json")

    async def events(self, request: Request) -> Response:
        heard = self._jobs.events(request.path_params["id"])
        if request.method == "HEAD":
            return Response(media_type="text/event-stream")
        return _EventStream(_lines(heard), media_type="text/event-stream")

    async def why(self, request: Request) -> Response:
        row = self._rows.get(request.path_params["district"])
        if row is None:
            raise HTTPException(404, "the theatre has no such district; give its id")
        return _json(self._jobs.why(request.path_params["id"], row))

    async def report(self, request: Request) -> Response:
        run, other = request.path_params["id"], request.query_params.get("b")
        shown = [self._jobs.whole(run)]
        if other is not None:
            shown.append(self._jobs.whole(other) | {"push": None})  # reasons are told of the first
        text = await asyncio.to_thread(self._report, self._theatre, *shown)
        attached = {"content-disposition": f'attachment; filename="holdfast-{run}.html"'}
        return HTMLResponse(text, headers=attached)


def _run_routes(runs: _Runs) -> list[Route]:
    return [
        Route("/api/runs", runs.ask, methods=["POST"]),
        Route("/api/runs/{id}", runs.one, methods=["GET", "DELETE"]),
        _get("/api/runs/{id}/events", runs.events),
        _get("/api/runs/{id}/why/{district:path}", runs.why),
        _get("/api/runs/{id}/report", runs.report),
    ]


class _EventStream(StreamingResponse):
    """Lets go of what it listens to as soon as nobody listens to it."""

    def __init__(self, lines: AsyncGenerator[bytes], media_type: str) -> None:
        super().__init__(lines, media_type=media_type)
        self._lines = lines

    async def stream_response(self, send: Send) -> None:
        async with aclosing(self._lines):
            await super().stream_response(send)


async def _lines(heard: AsyncGenerator[Event | None]) -> AsyncGenerator[bytes]:
    async with aclosing(heard):
        yield b": hello\n\n"
        async for event in heard:
            if event is None:
                yield b": still here\n\n"
            else:
                yield b"event: %s\ndata: %s\n\n" % (event.name.encode(), event.data)


def _get(path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> Route:
    async def got(request: Request) -> Response:
        return await endpoint(request)

    return Route(path, got, methods=["GET"])


def _json(values: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    text = json.dumps(values, allow_nan=False)
    return Response(text, status, headers, media_type="application/json")


def _in_words(status: int) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def said(_: Request, wrong: Exception) -> Response:
        return _json({"error": str(wrong)}, status)

    return said


async def _refused(_: Request, wrong: Exception) -> Response:
    assert isinstance(wrong, HTTPException)
    return _json({"error": wrong.detail}, wrong.status_code, wrong.headers)


async def _broken(_: Request, wrong: Exception) -> Response:
    words = f"a fault of the server: {type(wrong).__name__}; its terminal says more"
    return _json({"error": words}, 500, HEADERS)
