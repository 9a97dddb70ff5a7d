"""What is sent and got, as JSON Schema: theatre, request, run, event and error."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from holdfast.page.asked import LARGEST, SESSION, SETS

Schema = dict[str, Any]


def schemas(theatre: Mapping[str, Any]) -> Schema:
    """By name; what may be asked is what this theatre allows."""
    return {
        "Error": _object(error=_TEXT),
        "Started": _object(id=_TEXT),
        "Asked": _asked(theatre),
        "Theatre": _theatre(),
        "Run": _run(),
        "Event": _object(event={"enum": ["part", "done", "stopped", "failed"]}, data=_TEXT)
        | {"description": _STREAM},
        "Why": _object(
            weeks=_list(_WHOLE),
            pushers=_list(_TEXT),
            push=_list(_list(_or_null("number"))),
            members={"type": "integer", "description": "wars in which the district fell"},
        ),
    }


def _asked(theatre: Mapping[str, Any]) -> Schema:
    number = {"type": "number", "minimum": -LARGEST, "maximum": LARGEST}
    knots = _list(_list(number, minItems=2, maxItems=2), description="pairs of day and level")
    strengths = _by_name([row["name"] for row in theatre["mechanisms"]], number)
    return {
        "type": "object",
        "required": ["session"],
        "additionalProperties": False,
        "properties": {
            "session": {"type": "string", "pattern": f"^{SESSION}$"},
            "members": _within(theatre["limits"]["members"]) | {"description": "wars"},
            "seed": _within(theatre["limits"]["seed"]),
            "strengths": strengths | {"description": "of explanations; 0 switches one off"},
            "series": _by_name([row["key"] for row in theatre["series"]], knots),
            "set": {"enum": list(SETS)},
        },
    }


def _within(limits: Sequence[int]) -> Schema:
    return {"type": "integer", "minimum": limits[0], "maximum": limits[1]}


def _by_name(names: list[str], of: Schema) -> Schema:
    return {"type": "object", "propertyNames": {"enum": names}, "additionalProperties": of}


def _theatre() -> Schema:
    place = _object(
        id=_TEXT, name=_TEXT, province=_TEXT, capital={"enum": [0, 1]}, path=_or_null("string"),
        mark=_or_null("array"), record=_list(_object(day=_WHOLE, to=_TEXT, how=_TEXT)),
    )  # fmt: skip
    rows = _list({"type": "object"})
    return _object(
        format={"const": 1}, version=_TEXT, scenario=_TEXT, hash=_TEXT, title=_TEXT, summary=_TEXT,
        known_wrong=_list(_TEXT),
        start={"type": "string", "format": "date"}, days=_WHOLE, map=_or_null("object"),
        districts=_list(place), trackers=rows, record=rows, calendar=rows, series=rows,
        mechanisms=rows, presets=rows, claims=rows, afterwards=rows, verdicts=_or_null("object"),
        limits=_object(members=_list(_WHOLE), seed=_list(_WHOLE)),
    )  # fmt: skip


def _run() -> Schema:
    day = _or_null("number")
    place = _some(_NUMBER, day, day, day, _list(_NUMBER, minItems=4, maxItems=4), _WHOLE, _WHOLE)
    fate = _some(_TEXT, _RANGE, {"type": ["array", "null"], "items": _NUMBER})
    return _object(
        id=_TEXT, version=_TEXT, seed=_WHOLE, members=_WHOLE, of=_WHOLE, parameters=_TEXT,
        world=_TEXT, made=_TEXT, seconds=_NUMBER, asked=_or_null("object"),
        forecast_from=_or_null("number"), states=_CELLS, fallen=_CELLS, held=_CELLS,
        curves=_list(_object(tracker=_TEXT, of=_TEXT, bands=_list(_list(_NUMBER)))),
        falls=_list(_NUMBER),
        soldiers=_object(names=_list(_TEXT), mean=_list(_list(_NUMBER))),
        fates=_list(fate), districts=_list(place),
        why=_list(_some(_TEXT, _NUMBER, _NUMBER, _NUMBER)),
        weeks=_list(_WHOLE), pushers=_list(_TEXT), step=_NUMBER, push=_or_null("string"),
        collapsed=_WHOLE, collapse_likely=_list(_WHOLE, minItems=2, maxItems=2),
        collapse_words=_TEXT, inside=_list(_some(_TEXT, _WHOLE, _WHOLE)), parameters_more=_TEXT,
        warning=_TEXT,
        beside=_list(_beside()), in_sample=_object(
            rows=_WHOLE, of=_WHOLE, ids=_list(_TEXT), words=_TEXT,
        ),
        not_scored=_list(_object(id=_TEXT, kind=_TEXT, agrees={"type": "boolean"})),
        roll=_or_null("integer"), known_wrong=_list(_TEXT),
    )  # fmt: skip


def _beside() -> Schema:
    """The rows of one tracker beside the wars; scores are in units of the rows, less is better."""
    part = _or_null("number")
    return _object(
        tracker=_TEXT, title=_TEXT, rows=_WHOLE, inside=_WHOLE, fitted=_WHOLE, width=part,
        scored=_WHOLE, crps=part, last_count_crps=part, at_least=_WHOLE, at_least_agree=_WHOLE,
        claims=_WHOLE,
    )  # fmt: skip


def _list(of: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": of, **more}


def _some(*schemas: Schema) -> Schema:
    """A row whose places differ; said loosely, for few tools understand `prefixItems`."""
    n = len(schemas)
    return {"type": "array", "items": {"anyOf": list(schemas)}, "minItems": n, "maxItems": n}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _or_null(kind: str) -> Schema:
    return {"type": [kind, "null"]}


_TEXT: Schema = {"type": "string"}
_WHOLE: Schema = {"type": "integer"}
_NUMBER: Schema = {"type": "number"}
_CELLS: Schema = {"type": "string", "contentEncoding": "base64"}
_RANGE = _list(_NUMBER, minItems=3, maxItems=3)
_STREAM = (
    "`event: part` and `event: done` with a Run, `event: stopped` with {}, `event: failed` with an"
    " Error; who joins late gets the newest part at once"
)
