"""The tables that a war is simulated from."""

from holdfast.records.columns import Reference, TableSchema, date, ids, integer, key, number, text
from holdfast.records.schema_shared import (
    CONFIDENCE,
    HELD,
    KNOWN_ON,
    LEVELS,
    NOTE,
    OF_DISTRICT,
    OF_SOURCES,
    SHARE,
    SOURCE,
    UNKNOWN,
    district_id,
)

CALENDAR_KINDS = (
    "ally_presence air_support pay_arrears announcement base_handed_over ally_gone appointment "
    "breach breach_news withdrawal_order capitals_open ceasefire"
)

DISTRICTS = TableSchema(
    "districts",
    "districts.csv",
    "a district",
    (
        district_id(),
        text("name", "name of the district"),
        text("province", "name of its province"),
        text("region", "name of its region", **UNKNOWN),
        number("latitude", "degrees north", "of its seat", minimum=-90, maximum=90),
        number("longitude", "degrees east", "of its seat", minimum=-180, maximum=180),
        text(
            "location_basis",
            "where the point comes from; parent_point is the parent's, so no shape",
            "geonames_seat polygon_point parent_point made_up seat",
        ),
        number("area_km2", "km2", "area", minimum=0, **UNKNOWN),
        integer("population", "persons", "settled population", minimum=0, **UNKNOWN),
        integer("urban_population", "persons", "those of them in towns", minimum=0, **UNKNOWN),
        integer("capital", "1", "1 for the capital of a province, else 0", minimum=0, maximum=1),
        ids("borders", "codes of the countries it touches, joined by ;", **UNKNOWN),
        key("corps", "id of the corps in whose area it lies"),
        key("parent_district_id", "district it was carved from", **UNKNOWN),
        HELD,
        number(
            "state_presence", "share", "polling stations planned that reported", **SHARE, **UNKNOWN
        ),
        number("turnout", "share", "votes over registered voters", **SHARE, **UNKNOWN),
        number("media_reach", "share", "proxy of those reached by media", **SHARE),
        number("border_km", "km", "from the seat to the nearest border to cross", minimum=0),
        number(
            "border_value",
            "share",
            "worth of its border to insurgents: 1 a crossing pays, -1 a border they shun",
            minimum=-1,
            maximum=1,
            **UNKNOWN,
        ),
        number(
            "elder_ties", "share", "proxy of elders' ties to the insurgents", **SHARE, **UNKNOWN
        ),
        SOURCE,
        NOTE,
    ),
    key=("district_id",),
    refers=(Reference("parent_district_id", "districts", "district_id"), OF_SOURCES),
    optional=False,
)

LINKS = TableSchema(
    "links",
    "links.csv",
    "a contact between two districts",
    (
        district_id("district_a", "the one of the two ids that sorts first"),
        district_id("district_b", "the other"),
        number("border_km", "km", "length of the shared border", minimum=0, **UNKNOWN),
        number("seat_km", "km", "distance between the seats", minimum=0),
        text(
            "kind",
            "contact of neighbours, or of a newer district with its parent",
            "contact parent",
        ),
        SOURCE,
    ),
    key=("district_a", "district_b"),
    refers=(
        Reference("district_a", "districts", "district_id"),
        Reference("district_b", "districts", "district_id"),
        OF_SOURCES,
    ),
    optional=False,
    may_be_empty=True,  # a country of one district touches nothing
)

STRENGTHS = TableSchema(
    "strengths",
    "strengths.csv",
    "men of one branch in one role in one district",
    (
        district_id(),
        text("branch", "who they are", "police army commando"),
        text("role", "spread over checkpoints, or together in a base", "checkpoint base"),
        integer("paper", "men", "men on the roll; fewer are present", minimum=1),
        text("basis", "the rule or count the number comes from, with its mark"),
        SOURCE,
    ),
    key=("district_id", "branch", "role"),
    refers=(OF_DISTRICT, OF_SOURCES),
    optional=False,
)

CALENDAR = TableSchema(
    "calendar",
    "calendar.csv",
    "a dated fact",
    (
        key("calendar_id", "id of the row"),
        date("date", "day it happened, or day a series has this value"),
        KNOWN_ON,
        text(
            "kind",
            "what kind of fact; ally_presence, air_support, pay_arrears are series",
            CALENDAR_KINDS,
        ),
        text("level", "whom it concerns", LEVELS),
        ids("place", "district ids or province names joined by ;, empty for the nation", **UNKNOWN),
        number("value", "see unit", "its size, empty where the kind has none", **UNKNOWN),
        number("low", "see unit", "lower end where the source gives a range", **UNKNOWN),
        number("high", "see unit", "upper end where the source gives a range", **UNKNOWN),
        text("unit", "unit of value, low and high", **UNKNOWN),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
    key=("calendar_id",),
    refers=(OF_SOURCES,),
    without="no ally leaves, no pay stops, nobody is replaced",
)

PARAMETERS = TableSchema(
    "parameters",
    "parameters.csv",
    "a value of the default set of a run",
    (
        key("parameter", "mechanism and parameter joined by a dot"),
        number("value", "that of the parameter", "its value"),
        number("spread", "sd of its prior", "spread about it, 0 if empty", minimum=0, **UNKNOWN),
        text("how", "how it was come by", "hand-chosen fitted prior-median"),
        NOTE,
    ),
    key=("parameter",),
    without="every parameter of the default set is at the middle of its prior",
)

PRIORS = TableSchema(
    "priors",
    "priors.csv",
    "a prior that differs from the mechanism's own",
    (
        key("parameter", "mechanism and parameter joined by a dot"),
        text(
            "distribution",
            "its family",
            "halfnormal normal lognormal loguniform beta uniform fixed",
        ),
        number("a", "that of the parameter", "first number of the family"),
        number("b", "that of the parameter", "second number of the family", **UNKNOWN),
        text("unit", "unit of the parameter"),
        text("mark", "S seen in a source, M well known but not checked, J judgement", "S M J"),
        text("reason", "why so"),
        SOURCE,
    ),
    key=("parameter",),
    refers=(OF_SOURCES,),
    without="every parameter has its mechanism's own prior",
)

SOURCES = TableSchema(
    "sources",
    "sources.csv",
    "a source",
    (
        key("source_id", "id of the source"),
        text("title", "what it is and when it appeared"),
        text("address", "where it can be read", pattern=r"https?://\S+", **UNKNOWN),
        text("kind", "what kind of source", "press official tracker study memory derived"),
        date("published", "day it appeared, where known", **UNKNOWN),
        NOTE,
    ),
    key=("source_id",),
    optional=False,
)
