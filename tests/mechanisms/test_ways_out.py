"""Which way men go: pledge, broadcast, councils, broken_pledge, waiting and flight.

Wars are those of conftest: 64 members, 40 days, 48 districts with one post of 40 men each, alike
but for what the test changes; only the mechanisms named have a strength. Where chance is shared
by two groups of districts, a claim must stand out by 5 standard errors, and its absence at zero
strength lie within 4. Where two worlds share their dice, absence is equality to the bit.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.vocabulary.words import Fate, Option, index

D = np.arange(48)
CAPITAL = D % 6 == 0
HALF = D // 2 % 2 == 1  # police, army and capitals alike
SURRENDERED, DESERTED, ABROAD, RETURNED, WITHDREW = (
    index(f) for f in (Fate.SURRENDERED, Fate.DESERTED, Fate.ABROAD, Fate.RETURNED, Fate.WITHDREW)
)


def real(x):
    return jnp.asarray(x, jnp.float32)


def share_of(door, war, where):
    """Part of all who left these districts that took a door, by member."""
    fates = war.fates_by_district[:, where].sum(1)
    return fates[:, door] / fates[:, [SURRENDERED, DESERTED, ABROAD]].sum(1)


def same_fates(one, other, where=slice(None)):
    return np.array_equal(one.fates_by_district[:, where], other.fates_by_district[:, where])


# ------------------------------------------------------------------------------------- pledge


def test_where_releases_are_heard_of_more_of_those_who_leave_surrender(
    fight, still_land, standard_errors
):
    land = still_land._replace(media_reach=real(HALF), tie=jnp.zeros((48, 2)))

    def rise(strength):
        war = fight(land, {"pledge.strength": strength, "pledge.media_weight": 0.3})
        return share_of(SURRENDERED, war, HALF) - share_of(SURRENDERED, war, ~HALF)

    assert standard_errors(rise(1.0)) > 5
    assert abs(standard_errors(rise(0.0))) < 4


def test_releases_are_heard_of_next_door(fight, still_land, standard_errors):
    """Releases come from province 0, where men leave in a rush; next door are districts 6, 47."""
    rush = {"legitimacy.strength": 1.0, "ground.captivity_days": 1.0}
    land = still_land._replace(legitimacy=real(np.where(D < 6, -6.0, 0.0)))
    cut = land._replace(tie=jnp.zeros((48, 2)))
    near = np.isin(D, (6, 47))

    def rise(strength):
        pledged = rush | {"pledge.strength": strength, "pledge.media_weight": 0.0}
        linked, alone = fight(land, pledged), fight(cut, pledged)
        gain = linked.fates_by_district - alone.fates_by_district
        return gain[:, near, SURRENDERED].sum(1)

    assert standard_errors(rise(2.0)) > 5
    assert not rise(0.0).any()


def test_a_belief_of_one_half_grows_with_the_tens_released(
    mechanism_named, place, see, draw_facts, by_prior
):
    """Four reports at evens; 30 men released in district 2 are three more, and all is alone."""
    pledge = mechanism_named("pledge")
    p = by_prior(
        pledge, first_belief=0.5, first_weight=4.0, strength=1.5, allowance=0.4, media_weight=0.0
    )
    alone = place._replace(tie=jnp.zeros_like(place.tie))
    facts = draw_facts(0, pledge) | {"released_now": real([0, 0, 30, 0, 0, 0])}
    heard = pledge.remember(see(facts, alone, {"kept": jnp.zeros(6)}, 1.0), p)
    ((_, pull),) = pledge.press(see(facts, alone, heard, 1.0), p).values()
    before, after = 1.5 * 0.4 * 0.5, 1.5 * (np.log(5 / 2) + 0.4 * 5 / 7)
    np.testing.assert_allclose(pull, [before, before, after, before, before, before], rtol=1e-5)


# ---------------------------------------------------------------------------------- broadcast


def test_after_mass_surrender_others_surrender_where_media_reach(
    fight, still_land, standard_errors
):
    """Eight districts go in a rush; the others see it or do not."""
    elsewhere = D >= 8
    land = still_land._replace(
        media_reach=real(HALF), legitimacy=real(np.where(elsewhere, 0.0, -6.0))
    )
    calm = land._replace(legitimacy=jnp.zeros(48))

    def rise(strength, where=land):
        war = fight(where, {"legitimacy.strength": 1.0, "broadcast.strength": strength})
        there = war.fates_by_district[..., SURRENDERED]
        return there[:, HALF & elsewhere].sum(1) - there[:, ~HALF & elsewhere].sum(1)

    assert standard_errors(rise(0.5)) > 5
    assert standard_errors(rise(0.5) - rise(0.5, calm)) > 5  # more than a calm war shows
    assert abs(standard_errors(rise(0.0))) < 4


# ----------------------------------------------------------------------------------- councils


def test_where_elders_have_ties_whole_posts_go_at_once(fight, still_land, standard_errors):
    """Half a post or more on one day, from a hazard that takes one man in four days alone."""
    land = still_land._replace(elder_proxy=real(np.where(HALF, 1.5, -1.5)))

    def whole_posts(strength, ties=1.0):
        terms = {"councils.strength": strength, "councils.ties": ties}
        war = fight(land, terms | {"ground.parley_guarantee": 4.0})
        at_once = np.diff(war.surrendered, axis=1) >= 20
        return at_once[..., HALF].sum((1, 2)), at_once[..., ~HALF].sum((1, 2))

    tied, untied = whole_posts(0.02)
    assert standard_errors(tied - untied) > 5
    assert tied.sum() > 5 * untied.sum()  # e^3 times as many visits, each post going but once
    tied, untied = whole_posts(0.02, ties=0.0)
    assert tied.sum() > 100
    assert abs(standard_errors(tied - untied)) < 4
    assert not np.any(whole_posts(0.0))


# ------------------------------------------------------------------------------ broken_pledge

KILLING = {"broken_pledge.rate": 1e-9, "broken_pledge.half_life": 60.0}
NEAR = np.isin(D, (19, 20, 21))


@pytest.fixture(scope="module")
def killings(still_land):
    """Forty captives are killed in district 20 on day 5; the nation hears on day 20."""
    heard = still_land._replace(media_reach=jnp.ones(48))
    dated = heard.calendar._replace(
        breaches=jnp.asarray([[5.0, 20.0, 40.0]]), breach_news=jnp.asarray([[20.0, 40.0]])
    )
    return heard, heard._replace(calendar=dated)


@pytest.mark.parametrize("sign", [1, -1])
def test_killings_of_captives_change_who_stays_by_the_sign_of_the_parameter(
    fight, killings, sign, standard_errors
):
    def more_who_stay(strength):
        news = KILLING | {
            "broken_pledge.strength": strength, "broken_pledge.on_staying": 2.0 * sign,
            "broken_pledge.on_surrender": 0.0,
        }  # fmt: skip
        calm, killed = (fight(land, news).serving.astype(int) for land in killings)
        return killed - calm

    more = more_who_stay(1.0)
    assert not more[:, :6].any()
    assert sign * standard_errors(more[:, 20, NEAR].sum(1)) > 5
    assert not more[:, :21, ~NEAR].any()  # until its story is public
    assert sign * standard_errors(more[:, 39, ~NEAR].sum(1)) > 5
    assert not more_who_stay(0.0).any()


@pytest.mark.parametrize("sign", [1, -1])
def test_killings_of_captives_change_who_surrenders_by_the_sign_of_the_parameter(
    fight, killings, sign, standard_errors
):
    def rise(strength):
        news = KILLING | {
            "broken_pledge.strength": strength, "broken_pledge.on_surrender": 2.0 * sign,
            "broken_pledge.on_staying": 0.0,
        }  # fmt: skip
        calm, killed = (fight(land, news) for land in killings)
        return [
            share_of(SURRENDERED, killed, where) - share_of(SURRENDERED, calm, where)
            for where in (NEAR, ~NEAR)
        ]

    assert all(sign * standard_errors(x) > 5 for x in rise(1.0))
    assert not np.any(rise(0.0))


def test_captives_are_killed_only_where_the_pledge_can_be_broken(fight, still_land):
    killed = index(Fate.KILLED_AFTER_SURRENDER)
    often = {"broken_pledge.rate": 0.03, "ground.captivity_days": 5.0}
    with_it = fight(still_land, often | {"broken_pledge.strength": 1.0})
    assert with_it.fates[:, -1, killed].sum() > 100
    assert not fight(still_land, often).fates[..., killed].any()


# ------------------------------------------------------------------------------------ waiting


def test_as_hope_goes_men_turn_from_home_and_border_to_surrender(
    fight, still_land, standard_errors
):
    """All capitals are lost, or none; rural districts are the same in both."""
    land = still_land._replace(border_km=jnp.zeros(48))
    hopeless = land._replace(held_chance=real(CAPITAL))

    def rise(strength):
        wait = {"waiting.strength": strength, "flight.strength": 1.0, "flight.rejoin": 1e-9}
        with_hope, without = fight(land, wait), fight(hopeless, wait)
        return {
            door: share_of(door, without, ~CAPITAL) - share_of(door, with_hope, ~CAPITAL)
            for door in (SURRENDERED, DESERTED, ABROAD)
        }

    turned = rise(0.7)
    assert standard_errors(turned[SURRENDERED]) > 5
    assert standard_errors(turned[DESERTED]) < -5
    assert standard_errors(turned[ABROAD]) < -5
    assert not any(x.any() for x in rise(0.0).values())


def test_as_hope_goes_fewer_posts_pull_back(fight, still_land, standard_errors):
    """Three quarters of the land between capitals is lost on the first day, or none of it."""
    rural = (D < 36) & ~CAPITAL
    lost = still_land._replace(held_chance=real(rural))

    def fewer(strength):
        wait = {
            "waiting.strength": strength, "tactical_retreat.strength": 1.0,
            "tactical_retreat.roads": 0.0,
        }  # fmt: skip
        moved = [
            fight(land, wait).fates_by_district[:, D >= 36, WITHDREW].sum(1)
            for land in (still_land, lost)
        ]
        return moved[0] - moved[1]

    assert standard_errors(fewer(3.0)) > 5
    assert not fewer(0.0).any()


def test_hope_follows_the_map_with_a_lag(mechanism_named, place, see, draw_facts, by_prior):
    """A state that looked whole is down to a quarter of its hope: half the way in a half-life."""
    waiting = mechanism_named("waiting")
    p = by_prior(waiting, half_life=6.0, strength=2.0)
    whole = draw_facts(0, waiting) | dict.fromkeys(waiting.claim.reads, jnp.float32(0))
    lost = whole | {"lost_share": jnp.float32(1.0), "capitals_lost_share": jnp.float32(0.5)}
    hope = waiting.begin(see(whole, place, {}, 0.5), p)
    assert hope["hope"] == 1
    for _ in range(12):
        hope = waiting.remember(see(lost, place, hope, 0.5), p)
    np.testing.assert_allclose(hope["hope"], (1 + 0.25) / 2, rtol=1e-5)
    pulls = {
        word: float(x) for word, (_, x) in waiting.press(see(lost, place, hope, 0.5), p).items()
    }
    assert pulls[Option.WITHDRAW] == -pulls[Option.SURRENDER] == 2 * hope["hope"]


# ------------------------------------------------------------------------------------- flight

NEAR_BORDER = D % 6 == 5


@pytest.fixture(scope="module")
def border_land(still_land):
    return still_land._replace(border_km=real(np.where(NEAR_BORDER, 15.0, 200.0)))


def test_men_cross_a_border_only_where_it_is_near(fight, border_land):
    crossings = fight(border_land, {"flight.strength": 1.0}).fates_by_district[..., ABROAD]
    assert crossings[:, NEAR_BORDER].sum() > 300
    assert not crossings[:, ~NEAR_BORDER].any()
    assert not fight(border_land).fates[..., ABROAD].any()


def test_men_cross_about_the_time_their_district_falls(fight, border_land):
    """A district falls when a quarter of its men have gone; the trapped then take every door."""
    war = fight(border_land, {"flight.strength": 1.0, "ground.hold_ratio": 3.0})
    crossed = np.diff(war.abroad, axis=1, prepend=0)[..., NEAR_BORDER]
    day = np.arange(1, 41)[None, :, None]  # at whose end the row was written
    fell = war.first_fall[:, None, NEAR_BORDER]
    assert np.isfinite(fell).mean() > 0.5
    about = (day >= fell) & (day <= fell + 2)
    per_day = [(crossed * when).sum() / when.sum() for when in (about, ~about)]
    assert per_day[0] > 20 * per_day[1]


def test_some_who_crossed_return_to_duty_in_the_garrison_town(fight, border_land):
    back = {"flight.strength": 1.0, "flight.rejoin": 0.1}
    returning, staying = (
        fight(border_land, back | {"flight.rejoin": rate}) for rate in (0.1, 1e-9)
    )
    assert returning.fates[:, -1, RETURNED].sum() > 300
    assert not staying.fates[..., RETURNED].any()
    more = returning.serving[:, -1].astype(int) - staying.serving[:, -1]
    assert more[:, CAPITAL].sum() > 0.5 * returning.fates[:, -1, RETURNED].sum()
    assert not more[:, ~CAPITAL].any()
    assert not fight(border_land, back | {"flight.strength": 0.0}).fates[..., RETURNED].any()
