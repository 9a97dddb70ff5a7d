"""The named checks: what a scenario must be beyond what its columns say."""

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, replace

from holdfast.records import (
    check_map,
    check_record,
    check_references,
    check_settings,
    check_start,
)
from holdfast.records.problems import Problem
from holdfast.records.tables import Tables

Find = Callable[[Tables], Iterator[Problem]]


@dataclass(frozen=True)
class Check:
    """A check, the tables that it needs to have been read, and what it holds to be true."""

    find: Find
    needs: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the check, as printed."""
        return self.find.__name__

    @property
    def says(self) -> str:
        """The first sentence of its docstring."""
        return (self.find.__doc__ or "").partition("\n")[0]


CHECKS = (
    Check(check_references.no_row_stands_twice, ()),
    Check(check_references.references_exist, ("districts", "sources", "counts")),
    Check(check_references.nothing_refers_to_itself, ()),
    Check(check_references.settings_name_known_sources, ("sources",)),
    Check(check_references.places_exist, ("districts", "calendar", "counts")),
    Check(check_references.trackers_are_defined, ("control",)),
    Check(check_references.package_is_current, ()),
    Check(check_map.links_are_in_order, ("links",)),
    Check(check_map.seats_are_where_links_say, ("districts", "links")),
    Check(check_map.every_province_has_one_capital, ("districts",)),
    Check(check_map.the_national_capital_is_a_capital, ("districts",)),
    Check(check_map.capitals_have_a_base, ("districts", "strengths")),
    Check(check_map.the_map_hangs_together, ("districts", "links")),
    Check(check_map.islands_are_districts, ("districts",)),
    Check(check_map.the_map_is_not_too_large, ("districts",)),
    Check(check_map.the_army_can_be_counted, ("strengths",)),
    Check(check_map.towns_hold_no_more_than_all, ("districts",)),
    Check(check_map.shapes_match_districts, ("districts", "cells")),
    Check(check_settings.the_window_is_in_order, ()),
    Check(check_settings.steps_divide_a_day, ()),
    Check(check_settings.the_default_set_is_the_one_that_is_read, ()),
    Check(check_settings.splits_lie_in_the_window, ()),
    Check(check_settings.insurgents_lie_in_their_range, ()),
    Check(check_settings.trackers_of_countryside_have_thresholds, ()),
    Check(check_record.calendar_values_fit_their_kind, ("calendar",)),
    Check(check_record.series_have_one_value_a_day, ("calendar",)),
    Check(check_record.series_begin_by_the_first_day, ("calendar",)),
    Check(check_record.nothing_is_known_before_it_happened, ("control", "captures", "counts")),
    Check(check_record.intervals_are_in_order, ("captures", "status", "counts", "claims")),
    Check(check_record.low_is_not_above_high, ("calendar", "control", "counts", "claims")),
    Check(check_record.counts_fit_their_total, ("control",)),
    Check(check_record.disputes_name_what_they_dispute, ("counts",)),
    Check(check_record.status_agrees_with_captures, ("status", "captures")),
    Check(check_record.claims_name_districts_that_are_there, ("claims", "districts")),
    Check(check_start.nothing_shares_its_dice, ("districts", "calendar")),
    Check(check_start.the_state_stands_on_the_first_day, ("districts",)),
)


def run_checks(
    checks: Iterable[Check], tables: Tables, broken: Container[str]
) -> Iterator[Problem]:
    """Yield what checks find, leaving out those that need a table that could not be read."""
    for check in checks:
        if not any(table in broken for table in check.needs):
            for problem in check.find(tables):
                yield replace(problem, check=check.name)
