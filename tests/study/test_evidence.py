"""A fit is handed what could be known on its day, each thing once, with the doubt cast on it."""

from dataclasses import replace
from datetime import date, timedelta

import jax
import numpy as np
import pandas as pd
import pytest

from holdfast.infer.likelihood import DOUBT
from holdfast.records.tables import cut_at
from holdfast.study import load
from holdfast.study.evidence import LATE, ROWS, SLIPPED, complete_until, evidence, imputed
from holdfast.study.scenario import known_at

START, RING_START = date(2021, 5, 1), date(2001, 1, 1)
DAY, NEXT = pd.Timestamp("2021-08-10"), pd.Timestamp("2021-08-11")
DAYS = [date(2021, 6, 15), date(2021, 7, 4), date(2021, 7, 28), date(2021, 8, 10)]
LONG = 110
"""Days of a war that outlasts the record."""


@pytest.fixture(scope="module")
def afghanistan():
    return load("afghanistan-2021")


@pytest.fixture(scope="module")
def ring():
    return load("ring")


def with_row(scenario, table, like, **cells):
    """The scenario with one more row in a table, like the first for which cells are given."""
    tables = scenario.tables
    frame = getattr(tables, table)
    column, value = like
    row = frame[frame[column] == value].iloc[[0]].assign(**cells)
    lines = dict(tables.lines) | {table: (*tables.lines[table], len(frame) + 2)}
    longer = pd.concat([frame, row], ignore_index=True)
    return replace(scenario, tables=replace(tables, lines=lines, **{table: longer}))


def with_status(scenario, district, **cells):
    """The scenario with another summary of one district."""
    status = scenario.tables.status.copy()
    for column, value in cells.items():
        status.loc[status["district_id"] == district, column] = value
    return replace(scenario, tables=replace(scenario.tables, status=status))


def everything(found):
    arrays = (*found.dated, *found.told, found.spans, found.places, found.flows)
    return found.until, found.count_ids, *(np.asarray(x, float).tobytes() for x in arrays)


def row_of(scenario, district):
    return scenario.names.districts.index(district)


# ------------------------------------------------------------------------ cut at a day


@pytest.mark.parametrize("day", DAYS)
def test_what_became_known_later_is_not_in(afghanistan, day):
    cut = replace(afghanistan, tables=cut_at(afghanistan.tables, day))
    assert everything(evidence(afghanistan, day)) == everything(evidence(cut, day))


PLANTED = {
    "a count": lambda s, known: with_row(
        s, "counts", ("count_id", "n098"), count_id="x1", low=50.0, known_on=known
    ),
    "a dispute": lambda s, known: with_row(
        s, "counts", ("count_id", "n098"), count_id="x1", low=np.nan, high=np.nan,
        stance="denies", counts_as_one_with="n098", known_on=known,
    ),
    "a fall": lambda s, known: with_status(
        s, "AF0601", capture_after=pd.Timestamp("2021-05-02"), basis="dated_event",
        capture_by=pd.Timestamp("2021-05-10"), known_on=known,
    ),
    "a total that leaves no room": lambda s, known: with_row(
        s, "control", ("tracker", "aan"), control_id="x1", measure="held", value_low=40.0,
        date=pd.Timestamp("2021-08-05"), known_on=known,
    ),
}  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED.values(), ids=PLANTED)
def test_a_row_known_on_the_day_counts_and_one_known_the_day_after_does_not(afghanistan, plant):
    before = everything(evidence(afghanistan, DAY.date()))
    assert everything(evidence(plant(afghanistan, NEXT), DAY.date())) == before
    assert everything(evidence(plant(afghanistan, DAY), DAY.date())) != before


@pytest.mark.parametrize("day", [*DAYS[:2], date(2021, 7, 25), *DAYS[3:]])
def test_every_fall_is_in_on_the_day_on_which_it_is_known_and_not_before(afghanistan, day):
    status = afghanistan.tables.status
    news = status["district_id"][status["known_on"] == pd.Timestamp(day)].tolist()
    rows = [row_of(afghanistan, district) for district in news]
    assert rows
    eve = evidence(afghanistan, day - timedelta(1))
    assert np.isfinite(evidence(afghanistan, day).dated.by[rows]).all()
    assert np.isinf(eve.dated.by[rows]).all()


def test_days_run_to_the_end_of_the_day_of_knowledge(ring):
    assert evidence(ring, RING_START).until == 1
    assert evidence(ring, RING_START + timedelta(30)).until == 31


# ------------------------------------------------------------------------ intervals


@pytest.mark.parametrize("day", [START, *DAYS, date(2022, 1, 1)])
def test_an_interval_begins_before_it_ends_and_within_the_war(afghanistan, day):
    dated = evidence(afghanistan, day).dated
    assert (dated.after < dated.by).all()
    assert (dated.after >= 0).all()
    said_no = afghanistan.tables.districts["held_at_start"].to_numpy() == "no"
    assert (dated.counts > 0).all()
    assert ((dated.counts == 1) == said_no).all()  # it fell in the war, or was held from the first


@pytest.mark.parametrize("day", [*DAYS[:2], *DAYS[3:]])
def test_what_is_known_to_have_fallen_fell_by_the_day_on_which_it_is_known(afghanistan, day):
    found = evidence(afghanistan, day)
    assert (found.dated.by[np.isfinite(found.dated.by)] <= found.until).all()


def test_a_dated_fall_lies_between_the_first_and_the_last_day_it_can_have_come(ring):
    """R10 was captured on 6, 7 or 8 January: after five whole days, by the end of the eighth."""
    dated, r10 = evidence(ring, date(2001, 1, 8)).dated, row_of(ring, "R10")
    assert (dated.after[r10], dated.by[r10]) == (5, 8)
    assert dated.counts[r10] == pytest.approx(1 - float(ring.theatre.held_chance[r10]))


def test_a_district_of_which_nothing_is_known_stood_until_news_of_a_fall_would_have_come(ring):
    dated = evidence(ring, date(2001, 1, 20)).dated
    unknown = np.isinf(dated.by)
    assert unknown.sum() == 10
    assert (dated.after[unknown] == 20 - LATE).all()
    assert (evidence(ring, RING_START).dated.after == 0).all()


def test_an_undated_fall_lies_after_the_last_day_on_which_all_falls_had_dates(ring):
    """On 19 February, the fiftieth day, nine are counted and no fewer are dated by then."""
    undated = with_status(
        ring, "R12", basis="capital_fell", capture_after=pd.Timestamp("2001-01-01")
    )
    dated, r12 = evidence(undated, date(2001, 2, 23)).dated, row_of(ring, "R12")
    assert (dated.after[r12], dated.by[r12]) == (50, 54)
    sourced = with_status(ring, "R12", capture_after=pd.Timestamp("2001-01-01"))
    assert evidence(sourced, date(2001, 2, 23)).dated.after[r12] == 0


@pytest.mark.parametrize(("beyond", "last"), [(-1, 30), (0, 30), (1, 29)])
def test_a_total_is_made_up_of_dated_falls_if_a_few_are_missing_and_no_more(ring, beyond, last):
    """Until 30 January five fell, and R10 may have been held before; a row of the 29th is made
    up anyway."""
    room = 5 + float(np.asarray(ring.theatre.held_chance).sum()) + SLIPPED
    told = with_row(
        ring, "control", ("control_id", "t04"), control_id="x1", value_low=np.floor(room) + beyond,
        date=pd.Timestamp("2001-01-30"), known_on=pd.Timestamp("2001-01-31"),
    )  # fmt: skip
    assert complete_until(cut_at(told.tables, date(2001, 1, 31)), told) == last


def test_by_28_july_the_dated_falls_make_up_the_total_of_24_july(afghanistan):
    day = date(2021, 7, 28)
    assert complete_until(cut_at(afghanistan.tables, day), afghanistan) == 85
    assert (date(2021, 7, 24) - START).days + 1 == 85
    assert complete_until(cut_at(afghanistan.tables, START), afghanistan) == 0


# ------------------------------------------------------------------------ counts


def test_a_count_keeps_its_number_its_days_its_place_and_what_it_adds_up(ring):
    """n07: 40 to 60 were killed in the nation from 1 January to 1 March, 60 days."""
    found = evidence(ring, date(2001, 3, 2))
    assert found.count_ids == ("n07",)
    row = [float(x[0]) for x in found.told]
    assert row == pytest.approx([40, 60, DOUBT["asserts"], 1])
    assert found.spans[0].tolist() == [0, 60]
    assert found.flows[0].tolist() == [0, 0, 1]
    assert found.places[0].tolist() == [1] * 12


def test_rows_that_no_count_uses_fill_the_table_and_weigh_nothing(afghanistan):
    for day in (START, *DAYS):
        found = evidence(afghanistan, day)
        used = len(found.count_ids)
        assert found.told.counts.tolist() == [1] * used + [0] * (ROWS - used)
        assert all(np.isfinite(x).all() for x in (*found.told, found.spans))
        assert ((found.told.doubt > 0) & (found.told.doubt < 1)).all()
        assert found.places.shape == (ROWS, 422)
        assert not found.places[used:].any()
        assert not found.flows[used:].any()


def counted(scenario, **cells):
    """Evidence at the end with one more count of the killed, x1, told as given."""
    cells = {"count_id": "x1", "low": 10.0, "high": 20.0} | cells
    found = evidence(with_row(scenario, "counts", ("count_id", "n07"), **cells), date(2001, 3, 2))
    return found, found.count_ids.index("x1") if "x1" in found.count_ids else None


def test_a_count_without_an_upper_end_may_be_twice_its_lower(ring):
    found, x1 = counted(ring, high=np.nan)
    assert (found.told.low[x1], found.told.high[x1]) == (10, 20)


def test_a_count_of_districts_or_provinces_counts_those(ring):
    found, x1 = counted(ring, level="district", place="R02;R05")
    assert np.flatnonzero(found.places[x1]).tolist() == [1, 4]
    found, x1 = counted(ring, level="province", place="Westring")
    assert np.flatnonzero(found.places[x1]).tolist() == [6, 7, 8, 9, 10, 11]


def test_those_who_surrendered_or_fled_are_of_two_kinds(ring):
    found, x1 = counted(ring, what="surrendered_or_fled")
    assert found.flows[x1].tolist() == [1, 1, 0]


@pytest.mark.parametrize(
    "left_out",
    [
        {"from": pd.Timestamp("2000-12-31")},
        {"from": pd.NaT},
        {"to": pd.Timestamp("2001-03-03")},
        {"low": np.nan},
        {"what": "returned"},
    ],
    ids=["begins before the war", "no span", "not over yet", "no number", "not simulated"],
)
def test_a_count_that_cannot_be_held_against_the_war_is_left_out(ring, left_out):
    assert counted(ring, **left_out)[1] is None


@pytest.mark.parametrize("stance", DOUBT)
def test_a_disputed_count_is_one_row_with_the_greatest_doubt_cast_on_it(ring, stance):
    once = with_row(
        ring, "counts", ("count_id", "n07"), count_id="x1", stance=stance, low=np.nan,
        counts_as_one_with="n07",
    )  # fmt: skip
    found = evidence(once, date(2001, 3, 2))
    assert found.count_ids == ("n07",)
    assert found.told.doubt[0] == max(DOUBT[stance], DOUBT["asserts"])
    itself = with_row(
        ring, "counts", ("count_id", "n07"), count_id="x1", stance="asserts",
        counts_as_one_with="n07",
    )  # fmt: skip
    counts = itself.tables.counts
    counts.loc[counts["count_id"] == "n07", "stance"] = stance
    assert evidence(itself, date(2001, 3, 2)).told.doubt[0] == DOUBT[stance]


def test_the_count_of_the_founding_article_is_denied_and_that_of_a_newspaper_is_not(afghanistan):
    found = evidence(afghanistan, date(2021, 7, 28))
    doubt = dict(zip(found.count_ids, found.told.doubt, strict=False))
    assert doubt["n063"] == DOUBT["denies"]
    assert doubt["n097"] == DOUBT["asserts"]


# ------------------------------------------------------------------------ imputed maps


def maps(found, n=1, days=LONG, seed=1):
    rng, resolve = np.random.default_rng(seed), np.arange(422.0)
    return [imputed(found.dated, found.until, days, resolve, rng) for _ in range(n)]


@pytest.fixture(scope="module")
def found(afghanistan):
    return evidence(afghanistan, date(2021, 7, 28))


def test_a_map_agrees_with_every_interval(found):
    """Held by the end of the last day, and not by the end of the last before the first."""
    after, by = (np.asarray(x) for x in found.dated[:2])
    fell = np.isfinite(by)
    assert fell.any()
    assert not fell.all()
    for war in maps(found, 20):
        assert war.told.shape == (LONG, 422)
        told = np.concatenate([war.held[None].astype(int), war.told])[: found.until + 1]
        stands = ~fell & ~war.held
        sure = found.until - LATE + 1
        assert set(np.unique(told[:, ~stands])) == {0, 1}
        assert (np.diff(told[:, ~stands], axis=0) >= 0).all()  # once fallen, first fallen for good
        d = np.flatnonzero(fell & ~war.held)
        assert (told[by[d].astype(int), d] == 1).all()
        assert (told[after[d].astype(int), d] == 0).all()
        assert (told[:, war.held] == 1).all()
        assert (told[:sure, stands] == 0).all()
        assert (told[sure:, stands] == -1).all()  # whoever fell since may not be known yet


def test_a_map_tells_nothing_from_the_end_of_the_record_on(found):
    assert found.until == 89
    told = maps(found)[0].told
    assert (told[: 89 - LATE] >= 0).all()
    assert (told[89:] == -1).all()
    short = maps(found, days=40)[0].told
    assert short.shape[0] == 40
    assert (short >= 0).all()


def test_two_seeds_give_two_maps_and_one_seed_one(found):
    one, again, other = maps(found)[0], maps(found)[0], maps(found, seed=2)[0]
    assert (one.told == again.told).all()
    assert (one.told != other.told).any()
    assert (one.held != other.held).any()
    assert (one.resolve == np.arange(422)).all()


def test_a_fall_is_as_likely_on_each_day_of_its_interval(found):
    """Of all intervals of three days in 100 maps a third each, within four standard errors."""
    wars = maps(found, 100)
    drawn = np.asarray([(war.told[: found.until] == 0).sum(0) + 1 for war in wars])  # [100, D]
    after, by = (np.asarray(x) for x in found.dated[:2])
    rows = np.isfinite(by) & (by - after == 3) & (by <= found.until)
    assert rows.sum() > 50
    later = np.asarray([~war.held for war in wars])[:, rows]
    nth = (drawn - after)[:, rows][later]
    share = np.asarray([(nth == n).mean() for n in (1, 2, 3)])
    assert abs(share - 1 / 3).max() < 4 * np.sqrt(2 / 9 / nth.size)


def test_as_many_are_held_from_the_first_as_the_chances_say(found):
    held = np.asarray([war.held for war in maps(found, 300)]).sum(1)
    chance = 1 - np.asarray(found.dated.counts)
    se = np.sqrt((chance * (1 - chance)).sum() / 300)
    assert abs(held.mean() - chance.sum()) < 4 * se


def test_what_is_known_to_have_fallen_has_fallen_on_the_last_day_told(afghanistan):
    found = evidence(afghanistan, date(2021, 7, 4))
    fell = np.isfinite(found.dated.by)
    for war in maps(found, 5):
        assert (war.told[found.until - 1, fell] == 1).all()


# ------------------------------------------------------------------------ the calendar


def test_a_model_knows_nothing_that_the_calendar_says_later(ring):
    day = date(2001, 1, 25)
    dates = {"date": pd.Timestamp("2001-01-20"), "known_on": pd.Timestamp("2001-01-26")}
    later = with_row(ring, "calendar", ("calendar_id", "appoint"), calendar_id="late", **dates)
    of = lambda scenario, on: jax.tree.leaves(known_at(scenario, on).theatre.calendar)  # noqa: E731
    for one, other in zip(of(ring, day), of(later, day), strict=True):
        assert np.array_equal(one, other)
    shapes = [[x.shape for x in of(some, day + timedelta(days=1))] for some in (ring, later)]
    assert shapes[0] != shapes[1]


@pytest.mark.parametrize(
    ("day", "level"),
    [
        (date(2021, 7, 1), 0.25 * 11 / 81),  # on the way from 22 June to nought on 11 September
        (date(2021, 7, 31), 0.0),  # the end was moved forward to 31 August on 8 July
    ],
)
def test_an_announced_end_is_seen_from_the_day_it_was_announced(afghanistan, day, level):
    knots = np.asarray(known_at(afghanistan, day).theatre.calendar.ally_presence)
    end_of_august = (date(2021, 8, 31) - START).days
    assert np.interp(end_of_august, *knots.T) == pytest.approx(level, abs=1e-6)
