"""The tables of a scenario: every column's type, unit, meaning and what it may hold.

This is the one declaration. The reader checks against it and `datapackage.json` is made from it.
"""

from typing import Any

from holdfast.records.columns import (
    Column,
    Kind,
    Reference,
    TableSchema,
    date,
    ids,
    integer,
    key,
    number,
    text,
)

SHARE: dict[str, Any] = {"minimum": 0, "maximum": 1}
UNKNOWN: dict[str, Any] = {"required": False}
LEVELS = "nation province district"
MEASURES = (
    "held contested government captured_cumulative recaptured_cumulative captured_and_held "
    "captured_or_contested flipped_directly capitals_held provinces_whole share "
    "share_of_territory share_of_border government_share_of_territory"
)
COUNTED = (
    "surrendered surrendered_or_fled crossed_abroad returned withdrew captured joined_enemy killed "
    "killed_per_day killed_after_surrender killed_or_disappeared_after_surrender "
    "districts_lost districts_without_fight posts_surrendered vehicles_lost "
    "on_roll authorised present_estimate ghost_share garrison checkpoints men_per_checkpoint "
    "attrition_per_month unpaid aircraft_usable air_weapons_released insurgents insurgents_killed "
    "insurgent_prisoners_released ally_troops ally_troops_sent_back ally_contractors"
)
CALENDAR_KINDS = (
    "ally_presence air_support pay_arrears announcement base_handed_over ally_gone appointment "
    "breach breach_news withdrawal_order capitals_open ceasefire"
)
SOURCE = ids("source_id", "sources of the row; ids joined by ;")
NOTE = text("note", "what else the source says", **UNKNOWN)
CONFIDENCE = text("confidence", "how sure the row is", "high medium low")
KNOWN_ON = date("known_on", "day from which this was public; a forecast sees nothing later")
HOW = text("how", "by which door it fell", "negotiated abandoned assault ordered unknown")
HELD = text("held_at_start", "in insurgent hands on the first day", "likely possible no")
OF_SOURCES = Reference("source_id", "sources", "source_id")
OF_DISTRICT = Reference("district_id", "districts", "district_id")


def _district(name: str = "district_id", meaning: str = "id of the district") -> Column:
    return key(name, meaning)


DISTRICTS = TableSchema(
    "districts",
    "districts.csv",
    "a district",
    (
        _district(),
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
        _district("district_a", "the one of the two ids that sorts first"),
        _district("district_b", "the other"),
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
)

STRENGTHS = TableSchema(
    "strengths",
    "strengths.csv",
    "men of one branch in one role in one district",
    (
        _district(),
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
)

PARAMETERS = TableSchema(
    "parameters",
    "parameters.csv",
    "a value of the default set of a run",
    (
        key("parameter", "mechanism and parameter joined by a dot"),
        number("value", "that of the parameter", "its value"),
        text("how", "how it was come by", "hand-chosen fitted prior-median"),
        NOTE,
    ),
    key=("parameter",),
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

CONTROL = TableSchema(
    "control",
    "record/control.csv",
    "what one tracker counted on one day",
    (
        key("control_id", "id of the row"),
        date("date", "day counted for"),
        KNOWN_ON,
        key("tracker", "who counts, and so what is counted; one of [trackers] in scenario.toml"),
        text("measure", "what was counted", MEASURES),
        date("since", "first day of a cumulative count, else empty", **UNKNOWN),
        number("value_low", "units", "lower end, empty if none was given", minimum=0, **UNKNOWN),
        number("value_high", "units", "upper end, empty if none was given", minimum=0, **UNKNOWN),
        integer("total_units", "units", "the tracker's own denominator", minimum=1),
        text("stance", "counted, claimed by a party, or derived here", "asserts claims derived"),
        text("counted_by", "who published the count"),
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
    key=("control_id",),
    refers=(OF_SOURCES,),
)

CAPTURES = TableSchema(
    "captures",
    "record/captures.csv",
    "a district changing hands",
    (
        key("capture_id", "id of the row"),
        date("date", "day given by the source"),
        text(
            "date_basis",
            "day of the event, of its report, or a day it had happened by",
            "event report by",
        ),
        date("earliest", "first day it can have happened on"),
        date("latest", "last day it can have happened on"),
        KNOWN_ON,
        _district(),
        text("event", "to the insurgents, or back", "captured recaptured"),
        HOW,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
    key=("capture_id",),
    refers=(OF_DISTRICT, OF_SOURCES),
)

STATES = "insurgent government unknown_or_government"
STATUS = TableSchema(
    "status",
    "record/status.csv",
    "what is known of one district's first capture",
    (
        _district(),
        HELD,
        date("first_capture", "best date, empty if none was reported", **UNKNOWN),
        date("capture_after", "first day it can have been captured on", **UNKNOWN),
        date("capture_by", "last day it can have been captured on, empty if it held", **UNKNOWN),
        text(
            "basis",
            "where the interval comes from",
            "dated_event dated_report bounded_above capital_fell capital_fell_maybe_held held",
        ),
        text("confidence", "how sure the date is", "high medium low none"),
        integer(
            "n_captures", "captures", "captures in the record from the first day on", minimum=0
        ),
        integer("n_recaptures", "captures", "recaptures in the record", minimum=0),
        text("status_30jun", "who held it on 30 June", STATES, **UNKNOWN),
        text("status_31jul", "who held it on 31 July", STATES, **UNKNOWN),
        Column("how", Kind.TEXT, HOW.meaning, required=False, words=HOW.words),
        KNOWN_ON,
        SOURCE,
    ),
    key=("district_id",),
    refers=(OF_DISTRICT, OF_SOURCES),
)

COUNTS = TableSchema(
    "counts",
    "record/counts.csv",
    "a number that somebody gave; those who dispute it have rows of their own",
    (
        key("count_id", "id of the row"),
        date("date", "day it happened, or last day of the span counted"),
        date("from", "first day of the span counted", **UNKNOWN),
        date("to", "last day of the span counted", **UNKNOWN),
        text("level", "what place is", LEVELS),
        ids("place", "district ids or province names joined by ;, empty for the nation", **UNKNOWN),
        text("what", "what was counted", COUNTED),
        number("low", "see unit", "lower end, empty if none was given", minimum=0, **UNKNOWN),
        number("high", "see unit", "upper end, empty if none was given", minimum=0, **UNKNOWN),
        text("unit", "of what"),
        text(
            "stance",
            "what the speaker does with the number",
            "asserts denies cannot_confirm claims",
        ),
        text("speaker", "who says so"),
        key("counts_as_one_with", "row that it disputes or repeats", **UNKNOWN),
        KNOWN_ON,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
    key=("count_id",),
    refers=(Reference("counts_as_one_with", "counts", "count_id"), OF_SOURCES),
)

CLAIMS = TableSchema(
    "claims",
    "record/claims.csv",
    "a claim of the founding article, and the mechanism that carries it",
    (
        key("claim_id", "id of the claim"),
        Column("said_on", Kind.MONTH, "month in which it was said"),
        text("speaker", "who says so"),
        text("role", "what the speaker is"),
        text("stance", "what the speaker does with it", "asserts denies cannot_confirm"),
        text("about", "what it is about"),
        text("option_or_quantity", "the option it presses or the quantity it counts"),
        number("low", "see unit", "lower end of a count", minimum=0, **UNKNOWN),
        number("high", "see unit", "upper end of a count", minimum=0, **UNKNOWN),
        text("unit", "of what", **UNKNOWN),
        date("from", "first day it speaks of", **UNKNOWN),
        date("to", "last day it speaks of", **UNKNOWN),
        text("place", "where"),
        text("paraphrase", "the claim in our words"),
        key("mechanism", "mechanism that carries it; observation if it is a count"),
        KNOWN_ON,
        SOURCE,
    ),
    key=("claim_id",),
    refers=(OF_SOURCES,),
)

TABLES = (
    DISTRICTS,
    LINKS,
    STRENGTHS,
    CALENDAR,
    PARAMETERS,
    PRIORS,
    SOURCES,
    CONTROL,
    CAPTURES,
    STATUS,
    COUNTS,
    CLAIMS,
)
