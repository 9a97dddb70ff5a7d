"""The rules of plausibility: what is allowed, looks like a slip, and is told without stopping.

Each rule names the numbers that look odd. The limits are those of wars and places that there were;
where a figure of the world sets one, its source stands beside it. A rule that fires on a true
number does no harm: nothing stops, and the line can be read and let be.
"""

from holdfast.records import odd_days, odd_land, odd_men, odd_names, odd_shapes
from holdfast.records.checks import Check

RULES = (
    Check(odd_men.the_army_fits_the_people, ("districts", "strengths")),
    Check(odd_men.garrisons_fit_their_people, ("districts", "strengths")),
    Check(odd_men.no_garrison_is_most_of_the_army, ("districts", "strengths")),
    Check(odd_men.no_garrison_stands_out, ("districts", "strengths")),
    Check(odd_men.every_district_has_a_garrison, ("districts", "strengths")),
    Check(odd_men.the_insurgents_fit_the_army, ("strengths",)),
    Check(odd_land.people_fit_the_land, ("districts",)),
    Check(odd_land.no_district_holds_most_people, ("districts",)),
    Check(odd_land.areas_fit_the_distances, ("districts", "links")),
    Check(odd_land.borders_fit_the_distances, ("districts", "links")),
    Check(odd_land.no_district_lies_far_from_all_others, ("districts",)),
    Check(odd_land.coordinates_have_decimals, ("districts",)),
    Check(odd_land.no_two_districts_share_a_point, ("districts",)),
    Check(odd_land.shares_are_not_hundredths, ("districts",)),
    Check(odd_land.no_reach_of_media_stands_out, ("districts",)),
    Check(odd_land.elders_lean_as_voters_do, ("districts",)),
    Check(odd_land.districts_are_land, ("districts", "strengths")),
    Check(odd_shapes.seats_lie_in_their_shapes, ("districts", "cells")),
    Check(odd_names.no_two_names_read_alike, ("districts",)),
    Check(odd_names.groups_hold_more_than_a_misspelling, ("districts",)),
    Check(odd_names.no_district_stands_twice, ("districts",)),
    Check(odd_names.no_row_stands_twice_under_two_ids, ("calendar", "control", "captures")),
    Check(odd_days.the_calendar_is_of_this_war, ("calendar",)),
    Check(odd_days.the_record_is_of_this_war, ("captures", "control")),
    Check(odd_days.the_war_ends_with_what_is_known, ("calendar", "captures", "control")),
    Check(odd_days.news_is_not_a_year_old, ("calendar", "captures", "control")),
    Check(odd_days.days_are_not_months, ("calendar", "captures")),
    Check(odd_days.trackers_count_what_is_there, ("districts",)),
    Check(odd_days.trackers_tell_within_the_war, ()),
)
