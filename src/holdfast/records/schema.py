"""The tables of a scenario: every column's type, unit, meaning and what it may hold.

This is the one declaration. The reader checks against it and `datapackage.json` is made from it.
"""

from holdfast.records.schema_record import CAPTURES, CLAIMS, CONTROL, COUNTS, STATUS
from holdfast.records.schema_theatre import (
    CALENDAR,
    DISTRICTS,
    LINKS,
    PARAMETERS,
    PRIORS,
    SOURCES,
    STRENGTHS,
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
