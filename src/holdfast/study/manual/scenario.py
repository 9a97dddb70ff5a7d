"""For the page of the scenario: its settings, tables and checks, and what a run leaves on disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from holdfast.observe import MEANINGS
from holdfast.records.checks import CHECKS
from holdfast.records.columns import Column, Kind, TableSchema
from holdfast.records.plausible import RULES
from holdfast.records.schema import TABLES
from holdfast.study.manual.markdown import code, listing, number, paragraphs, table
from holdfast.study.manual.run_folder import FILES, MANIFEST_KEYS
from holdfast.vocabulary.settings import Insurgents, PostSizes, Settings, Splits, Tracker

KINDS = {
    Kind.TEXT: ("text", "words; where a list is given, one of them"),
    Kind.INTEGER: ("whole number", "1, 2, 3 ..."),
    Kind.NUMBER: ("number", "finite, with a point for the decimal mark"),
    Kind.DATE: ("day", "year-month-day, as 2021-07-31"),
    Kind.MONTH: ("month", "year-month, as 2021-07"),
    Kind.IDS: ("ids", "ids joined by `;` without spaces"),
}
SECTIONS: Mapping[str, type] = {
    "the top of the file": Settings,
    "[insurgents]": Insurgents,
    "[trackers.ID], one for each tracker": Tracker,
    "[posts]": PostSizes,
    "[splits]": Splits,
}


def blocks() -> dict[str, str]:
    """What is made of the page."""
    checks = ((f"`{check.name}`", check.says) for check in CHECKS)
    rules = ((f"`{rule.name}`", rule.says) for rule in RULES)
    return {
        "files": table(("file", "a row is", "needed", "key"), _files()),
        "types": table(("type", "in the file"), KINDS.values()),
        "settings": paragraphs(p for item in SECTIONS.items() for p in _section(*item)),
        "tables": paragraphs(part for schema in TABLES for part in _table(schema)),
        "checks": table(("check", "what must hold"), checks),
        "rules": table(("rule", "what is usual"), rules),
        "run files": listing(("file", "what it holds"), FILES),
        "manifest": listing(("key", "meaning"), MANIFEST_KEYS),
        "variables": table(("variable", "axes", "unit", "meaning"), _variables()),
    }


def _files() -> Iterator[tuple[str, str, str, str]]:
    yield "`scenario.toml`", "", "yes", ""
    for schema in TABLES:
        needed = f"no (without it: {schema.without})" if schema.optional else "yes"
        yield f"[`{schema.path}`](#{schema.name})", schema.row, needed, code(schema.key)
    yield "`cells.geojson`", "a shape to draw", "no", "`district_id`"
    known = "how the default set was found, and what the model gets wrong on this war"
    yield "`what_is_known.toml`", known, "no", ""
    yield "`datapackage.json`", "the same columns as on this page, in a standard form", "no", ""


def _variables() -> Iterator[tuple[str, str, str, str]]:
    for name, (axes, unit, meaning) in MEANINGS.items():
        yield f"`{name}`", ", ".join(axes), unit, meaning


def _section(name: str, kind: type) -> tuple[str, str]:
    hints = get_type_hints(kind, include_extras=True)
    rows = []
    for f in fields(kind):
        found, meaning = get_args(hints[f.name])[:2]
        rows.append((f"`{f.name}`", _type(found), _left_out(f, found), meaning))
    return f"### {name}", table(("key", "type", "if left out", "meaning"), rows)


def _type(found: Any) -> str:
    names = {"str": "text", "int": "whole number", "float": "number", "date": "day"}
    options = [t for t in get_args(found) if t not in (type(None), ...)]
    if get_origin(found) is tuple:
        return f"list, each a {_type(options[0])}"
    if options and get_origin(found) is not None and get_origin(found) is not Annotated:
        found = options[-1]
    return names.get(found.__name__, "table" if found.__name__ != "Span" else "span of days")


def _left_out(f: Field[Any], found: Any) -> str:
    """What holds where a key is not written."""
    if f.default is not MISSING:
        return "none" if f.default in (None, ()) else f"`{f.default}`"
    if get_origin(found) is Mapping:
        return "none"
    own = is_dataclass(found) and all(part.default is not MISSING for part in fields(found))
    return "as below" if own else "needed"


def _table(schema: TableSchema) -> tuple[str, ...]:
    rows = (
        (f"`{c.name}`", KINDS[c.kind][0], c.unit, c.meaning, _allowed(c, schema))
        for c in schema.columns
    )
    needed = "It may be left out." if schema.optional else "It is needed."
    says = f"`{schema.path}`: a row is {schema.row}. {needed} Key: {code(schema.key)}."
    return f"## {schema.name}", says, table(("column", "type", "unit", "meaning", "allowed"), rows)


def _allowed(column: Column, schema: TableSchema) -> str:
    parts = [code(column.words)] if column.words else []
    if column.minimum is not None or column.maximum is not None:
        low, high = column.minimum, column.maximum
        if high is None:
            parts.append(f"at least {number(low or 0)}")
        elif low is None:
            parts.append(f"at most {number(high)}")
        else:
            parts.append(f"{number(low)} to {number(high)}")
    if column.pattern.startswith("http"):
        parts.append("an address on the web")
    parts += [f"`{r.to}` of {r.table}" for r in schema.refers if r.column == column.name]
    return "; ".join(parts if column.required else [*parts, "may be empty"])
