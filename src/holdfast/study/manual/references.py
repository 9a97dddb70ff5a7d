"""The sources that the program names: from `references.bib` and from the founding scenario."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from holdfast.engine.ground import GROUND
from holdfast.records.columns import TableSchema
from holdfast.records.read import find_scenario
from holdfast.records.schema_theatre import SOURCES
from holdfast.records.table import read_table
from holdfast.study.catalogue import catalogue, parameters

FILE = "references.bib"
FOUNDING = "afghanistan-2021"
KEY = re.compile(r"\[([a-z][a-z0-9-]*-\d{4}[a-z0-9-]*)\]")
"""A source as reasons and docstrings cite it: words, a year and perhaps a date, by dashes."""

VENUES = ("journal", "booktitle", "institution", "publisher", "howpublished")

_ENTRY = re.compile(r"@(\w+)\{([^,\s]+),\n(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*?)\},?$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Entry:
    """One source: kind of work, and its fields by name."""

    key: str
    kind: str
    fields: Mapping[str, str]


def read_entries(text: str) -> tuple[Entry, ...]:
    """Entries of a BibTeX file whose values stand in braces, or in two pairs of them.

    >>> [e.fields["year"] for e in read_entries("@book{a-1999,\\n  year = {1999},\\n}")]
    ['1999']
    """
    return tuple(
        Entry(key, kind, {name: _plain(value) for name, value in _FIELD.findall(body)})
        for kind, key, body in _ENTRY.findall(text)
    )


def _plain(value: str) -> str:
    return " ".join(value.strip("{}").split())


def with_links(text: str) -> str:
    """Text in which every source cited is a link to its place in the list of sources."""
    return KEY.sub(lambda found: cite([found.group(1)]), text)


def cite(keys: Iterable[str]) -> str:
    """Links to sources.

    >>> cite(["a-1999"])
    '[a-1999](references.md#a-1999)'
    """
    return ", ".join(f"[{key}](references.md#{key})" for key in keys)


@cache
def founding(schema: TableSchema) -> pd.DataFrame:
    """A table of the founding scenario."""
    return read_table(find_scenario(FOUNDING), schema).rows


def named() -> frozenset[str]:
    """Sources that mechanisms, the ground and their reasons name."""
    known = catalogue().values()
    reasons = [p.reason for p in (*GROUND.values(), *parameters(known).values())]
    cited = {key for reason in reasons for key in KEY.findall(reason)}
    return frozenset(cited | {source for m in known for source in m.claim.sources})


def blocks(docs: Path) -> dict[str, str]:
    """What is made of the page: sources of the literature, then those of the founding scenario."""
    entries = read_entries((docs / FILE).read_text("utf-8"))
    scenario = [row for row in founding(SOURCES).to_dict("records") if row["source_id"] in named()]
    return {
        "literature": "\n".join(_line(e.key, _work(e), e.fields["note"]) for e in entries),
        "founding": "\n".join(_line(r["source_id"], _linked(r), r["note"]) for r in scenario),
    }


def _line(key: str, work: str, note: str) -> str:
    ending = f" *{note[0].upper()}{note[1:]}.*" if note else ""
    return f'- <a id="{key}"></a>`{key}` {work}{ending}'


def _work(entry: Entry) -> str:
    of = entry.fields
    venue = next((of[name] for name in VENUES if name in of), "")
    volume = f" {of['volume']}" if "volume" in of else ""
    issue = f"({of['number']})" if "number" in of else ""
    who = of["author"].replace(" and ", "; ").replace("; others", " and others")
    return f"{who} ({of['year']}). {of['title']}. {venue}{volume}{issue}."


def _linked(row: Mapping[str, str]) -> str:
    return f"[{row['title']}]({row['address']})." if row["address"] else f"{row['title']}."
