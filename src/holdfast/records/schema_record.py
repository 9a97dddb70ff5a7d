"""The tables of what happened, to calibrate on and to score against."""

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
from holdfast.records.schema_shared import (
    CONFIDENCE,
    HELD,
    KNOWN_ON,
    LEVELS,
    NOTE,
    OF_DISTRICT,
    OF_SOURCES,
    SOURCE,
    UNKNOWN,
    district_id,
)

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
HOW = text("how", "by which door it fell", "negotiated abandoned assault ordered unknown")

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
    without="no counts of districts to fit to or to score against",
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
        district_id(),
        text("event", "to the insurgents, or back", "captured recaptured"),
        HOW,
        SOURCE,
        CONFIDENCE,
        NOTE,
    ),
    key=("capture_id",),
    refers=(OF_DISTRICT, OF_SOURCES),
    without="no day of a fall to fit to or to score against",
)

STATES = "insurgent government unknown_or_government"
STATUS = TableSchema(
    "status",
    "record/status.csv",
    "what is known of one district's first capture",
    (
        district_id(),
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
    without="no district is known to have fallen or held",
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
    without="no count of men to fit to or to score against",
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
        text("place", "where, in the speaker's words"),
        text(
            "districts",
            "the districts meant, as cells of districts.csv: region=A;region=B; empty for all",
            **UNKNOWN,
        ),
        text("paraphrase", "the claim in our words"),
        key("mechanism", "mechanism that carries it; observation if it is a count"),
        KNOWN_ON,
        SOURCE,
    ),
    key=("claim_id",),
    refers=(OF_SOURCES,),
    without="no claim is judged",
)
