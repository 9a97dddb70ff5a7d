"""The server described to programs, in OpenAPI 3.1: every route, what it takes and gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.page.schemas import Schema, schemas

_REFUSALS = {
    400: "the request cannot be read",
    403: "the request names another host, comes from another page, or lacks the token",
    404: "there is no such thing, or nothing of it yet",
    413: "the request is too large",
    412: "the server has other scenario data, or is another version, than If-Match names",
    422: "the request cannot be carried out; the words say what is allowed",
    429: "too many runs wait; try again later",
}


def description(theatre: Mapping[str, Any]) -> Schema:
    """The OpenAPI document of a server, with what this theatre allows."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Holdfast",
            "version": str(theatre["version"]),
            "description": "Runs of a scenario, told part by part. An error is `{error: words}`.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": _still_paths() | _run_paths(theatre),
        "components": {"schemas": schemas(theatre)},
    }


def _still_paths() -> Schema:
    name = _in_path("name", "a module of the page")
    page = _given("text/html", {"type": "string"})
    module = _given("text/javascript", {"type": "string"})
    tagged = {304: {"description": "as it was when its ETag was given"}}
    return {
        "/": {"get": _operation("page", "The page", page | tagged)},
        "/static/{name}.js": {
            "get": _operation(
                "module", "A module of the page", module | tagged, [404],
                [name],
            )
        },
        "/api/theatre": {
            "get": _operation(
                "theatre", "The scenario: map, record, explanations, claims",
                _given("application/json", _ref("Theatre")) | tagged,
            )
        },
        "/api/description": {
            "get": _operation(
                "description", "This description",
                _given("application/json", {"type": "object", "required": ["openapi"]}) | tagged,
            )
        },
    }  # fmt: skip


def _run_paths(theatre: Mapping[str, Any]) -> Schema:
    run = _in_path("id", "the id that the run was given")
    district = _in_path("district", "the id of a district of the theatre")
    attached = {"Content-Disposition": {"schema": {"type": "string"}}}
    asked = {"content": {"application/json": {"schema": _ref("Asked")}}, "required": True}
    started = _given("application/json", _ref("Started"), 202)
    sent = _given("application/json", _ref("Run"))
    stream = _given("text/event-stream", _ref("Event"))
    why = _given("application/json", _ref("Why"))
    file = _given("text/html", {"type": "string"})
    file[200]["headers"] = attached
    start = "Start a run; an earlier run of the same session is stopped"
    tag = f'"{theatre["hash"]}-{theatre["version"]}"'
    words = "hash and version of the theatre that the asker knows, quoted"
    match = _given_if_wished("header", "If-Match", words, {"enum": [tag, "*"]})
    words = "the id of a run to compare it with"
    other = _given_if_wished("query", "b", words, {"type": "string"})
    return {
        "/api/runs": {
            "post": _operation("ask", start, started, [400, 412, 413, 422, 429], [match])
            | {"requestBody": asked}
        },
        "/api/runs/{id}": {
            "get": _operation("newest", "The newest part of a run", sent, [404], [run]),
            "delete": _operation("stop", "Stop a run", {204: _said("stopped")}, [404, 413], [run]),
        },
        "/api/runs/{id}/events": {
            "get": _operation("events", "The parts of a run as they come", stream, [404], [run])
        },
        "/api/runs/{id}/why/{district}": {
            "get": _operation("why", "Why a district fell", why, [404], [run, district])
        },
        "/api/runs/{id}/report": {
            "get": _operation("report", "A run as one HTML for the disk", file, [404], [run, other])
        },
    }


def _operation(
    name: str,
    summary: str,
    given: dict[int, Schema],
    refusals: list[int] | None = None,
    parameters: list[Schema] | None = None,
) -> Schema:
    refused = {code: _refused(code) for code in {*(refusals or []), 400, 403, 413}}
    answers = sorted((given | refused).items())
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters or [],
        "responses": {str(code): answer for code, answer in answers},
    }


def _given(media_type: str, schema: Schema, code: int = 200) -> dict[int, Schema]:
    return {code: {"description": "as asked for", "content": {media_type: {"schema": schema}}}}


def _refused(code: int) -> Schema:
    return {
        "description": _REFUSALS[code],
        "content": {"application/json": {"schema": _ref("Error")}},
    }


def _said(words: str) -> Schema:
    return {"description": words}


def _in_path(name: str, words: str) -> Schema:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": words, "schema": schema}


def _given_if_wished(where: str, name: str, words: str, schema: Schema) -> Schema:
    return {"name": name, "in": where, "required": False, "description": words, "schema": schema}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
