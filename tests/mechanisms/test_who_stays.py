"""Who stays: legitimacy, ally_withdrawal, leadership, contagion, fear, siege_and_pay, attrition.

Wars as in test_ways_out.py: only the mechanisms named have a strength; a claim must stand out by 5
standard errors, and at zero strength be absent, within 4 or to the bit where dice are shared.
"""

import jax.numpy as jnp
import numpy as np
import pytest

from holdfast.vocabulary.words import Fate, index

D = np.arange(48)
CAPITAL = D % 6 == 0
RURAL = ~CAPITAL
HALF = D // 2 % 2 == 1  # police, army and capitals alike
POLICE, ARMY = RURAL & (D % 2 == 0), RURAL & (D % 2 == 1)
NEVER = 41.0  # days, where a war of 40 days saw no fall
KILLED = index(Fate.KILLED)


def real(x):
    return jnp.asarray(x, jnp.float32)


def series(*knots):
    """A dated series of the nation, three knots of (day, value)."""
    return real(knots if len(knots) == 3 else [(0, knots[0]), (1, knots[0]), (2, knots[0])])


def dated(land, **calendar):
    return land._replace(calendar=land.calendar._replace(**calendar))


def left(war, where, first=0, last=39):
    """Hazard of leaving from the end of one day to that of another, by member."""
    serving = war.serving[..., where].sum(-1).astype(float)
    return -np.log(serving[:, last] / serving[:, first]) / (last - first)


def same_war(one, other, days=slice(None), where=slice(None)):
    return np.array_equal(one.serving[:, days, where], other.serving[:, days, where])


# --------------------------------------------------------------------------------- legitimacy


def test_districts_of_low_standing_lose_men_faster_and_fall_sooner(
    fight, still_land, standard_errors
):
    land = still_land._replace(legitimacy=real(np.where(HALF, -1.0, 1.0)))

    def sooner(strength):
        standing = {"legitimacy.strength": strength}
        open_war, siege = (fight(land, standing | {"ground.hold_ratio": x}) for x in (0.0, 1.4))
        fall = np.minimum(siege.first_fall, NEVER)
        return (
            left(open_war, HALF) - left(open_war, ~HALF),
            fall[:, ~HALF].mean(1) - fall[:, HALF].mean(1),
        )

    assert all(standard_errors(x) > 5 for x in sooner(1.0))
    assert all(abs(standard_errors(x)) < 4 for x in sooner(0.0))


def test_ground_lost_lowers_standing_where_it_is_not_lost(fight, still_land, standard_errors):
    lost = still_land._replace(held_chance=real(D < 24))

    def wars(strength, where=lost):
        for feedback in (2.0, 0.0):
            yield fight(
                where,
                {"legitimacy.strength": strength, "legitimacy.feedback": feedback},
            )

    fed, not_fed = wars(1.0)
    assert standard_errors(left(fed, D >= 24) - left(not_fed, D >= 24)) > 5
    assert same_war(*wars(1.0, still_land))  # nothing is lost
    assert same_war(*wars(0.0))


def test_standing_weighs_more_where_elders_have_asked_whom_one_defends(
    fight, still_land, standard_errors
):
    """Elders visit often and no post takes their terms, in districts of low standing."""
    land = still_land._replace(legitimacy=jnp.full(48, -1.0))

    def wars(strength, visits=0.1):
        for question in (2.0, 0.0):
            yield fight(
                land,
                {
                    "legitimacy.strength": strength, "legitimacy.question": question,
                    "councils.strength": visits, "ground.parley_threshold": 1.0,
                },
            )  # fmt: skip

    asked, not_asked = wars(0.7)
    assert standard_errors(left(asked, D >= 0) - left(not_asked, D >= 0)) > 5
    assert same_war(*wars(0.7, visits=0.0))
    assert same_war(*wars(0.0))


# ---------------------------------------------------------------------------- ally_withdrawal


def ally(strength, words, **more):
    return {
        "ally_withdrawal.strength": strength, "ally_withdrawal.announcement": words,
        "ally_withdrawal.material": 0.7,
    } | more  # fmt: skip


@pytest.mark.parametrize("sign", [1, -1])
def test_an_announcement_weighs_by_its_part_and_departure_by_the_rest(
    fight, still_land, sign, standard_errors
):
    """From day 10, words without departure or departure without words, in shared dice."""
    words = dated(still_land, announcements=jnp.asarray([[10.0, 1.0]]))
    deeds = dated(still_land, ally_presence=series((0, 1), (9, 1), (10, 0)))
    calm = fight(still_land, ally(2.0 * sign, 0.5))
    for heard, land, not_heard in ((1.0, words, 0.0), (0.0, deeds, 1.0)):
        changed = fight(land, ally(2.0 * sign, heard))
        assert same_war(changed, calm, days=slice(0, 9))
        assert sign * standard_errors(left(changed, D >= 0) - left(calm, D >= 0)) > 5
        assert same_war(fight(land, ally(2.0 * sign, not_heard)), calm)
        assert same_war(fight(land, ally(0.0, heard)), calm)


def test_bases_handed_over_are_felt_nearby(fight, still_land, standard_errors):
    land = dated(still_land, base_day=real(np.where(HALF, 0.0, np.inf)))

    def nearby(strength):
        war = fight(land, ally(strength, 0.0))
        return left(war, HALF) - left(war, ~HALF)

    assert standard_errors(nearby(4.0)) > 5
    assert abs(standard_errors(nearby(0.0))) < 4


def test_without_aircraft_there_are_more_assaults_and_deaths(fight, still_land, standard_errors):
    fighting = {"ground.attack_rate": 0.02, "ground.fighters_lost": 1.0, "ground.kill_quiet": 0.005}

    def more(strength):
        wars = [
            fight(dated(still_land, air_support=series(air)), ally(strength, 0.5) | fighting)
            for air in (0.0, 1.0)
        ]
        assaults = [480.0 - war.fighters[:, -1] for war in wars]  # one fighter is lost in each
        deaths = [war.fates[:, -1, KILLED] for war in wars]
        return assaults[0] - assaults[1], deaths[0] - deaths[1]

    assert all(standard_errors(x) > 5 for x in more(1.0))
    assert not np.any(more(0.0))


# --------------------------------------------------------------------------------- leadership


def test_holding_drops_after_chiefs_are_replaced_and_more_for_police(
    fight, still_land, standard_errors
):
    day = real(np.where(HALF, 10.0, np.inf))[None]
    land = dated(still_land, appointments=day, replaced_share=jnp.ones(1))

    def wars(strength):
        return [fight(x, {"leadership.strength": strength}) for x in (land, still_land)]

    new, old = wars(1.5)
    assert same_war(new, old, where=~HALF)
    assert same_war(new, old, days=slice(0, 10))
    police, army, commandos = (
        left(new, HALF & branch, 10) - left(old, HALF & branch, 10)
        for branch in (POLICE, ARMY, CAPITAL)
    )
    assert standard_errors(army) > 5
    assert standard_errors(police - army) > 5
    assert standard_errors(army - commandos) > 5
    assert same_war(*wars(0.0))


def test_when_the_seat_above_is_given_up_its_province_is_let_down(
    fight, still_land, standard_errors
):
    """The capital of province 3 goes at once; no other place falls."""
    seat, below = D == 18, (D > 18) & (D < 24)
    land = still_land._replace(legitimacy=real(np.where(seat, -50.0, 0.0)))

    def wars(strength):
        for let_down in (1.0, 0.0):
            yield fight(
                land,
                {
                    "legitimacy.strength": 1.0, "leadership.strength": strength,
                    "leadership.let_down": let_down, "leadership.half_life": 30.0,
                    "ground.moment_rate": 1.0, "ground.hold_ratio": 0.2,
                },
            )  # fmt: skip

    let_down, not_so = wars(1.5)
    assert np.array_equal(np.isfinite(let_down.first_fall).all(0), seat)
    assert standard_errors(left(let_down, below) - left(not_so, below)) > 5
    assert same_war(let_down, not_so, where=~below)
    assert same_war(*wars(0.0))


# ---------------------------------------------------------------------------------- contagion

CONTACT = {
    "contagion.half_life": 5.0, "contagion.first_weight": 5.0, "contagion.contact": 1.0,
    "contagion.province": 0.0, "contagion.corps": 0.0, "contagion.nation": 0.0,
    "contagion.capital": 0.0,
}  # fmt: skip


def test_falls_cluster_along_ties(fight, still_land, standard_errors):
    """Places side by side fall within four days of each other oftener than places 13 apart."""

    def clustering(strength):
        war = fight(
            still_land,
            CONTACT | {
                "contagion.strength": strength, "ground.baseline_exit": 0.02,
                "ground.hold_ratio": 1.7,
            },
        )  # fmt: skip
        fell = np.where(np.isfinite(war.first_fall), war.first_fall, np.nan)
        assert np.isfinite(fell).mean() > 0.3

        def together(apart):
            return (np.abs(fell - np.roll(fell, apart, axis=1)) <= 4).mean(1)

        return together(1) - together(13)

    assert standard_errors(clustering(4.0)) > 5
    assert abs(standard_errors(clustering(0.0))) < 4


def test_a_precedent_fades(fight, still_land, standard_errors):
    """District 20 goes at once. Next door more leave in the days after it, not a month on."""
    near = np.isin(D, (19, 21))
    land = still_land._replace(legitimacy=real(np.where(D == 20, -50.0, 0.0)))

    def more(strength, half_life=3.0):
        shock = CONTACT | {
            "legitimacy.strength": 1.0, "contagion.half_life": half_life,
            "ground.moment_rate": 1.0, "ground.hold_ratio": 0.5,
        }  # fmt: skip
        stirred = fight(land, shock | {"contagion.strength": strength})
        calm = fight(land, shock | {"contagion.strength": 0.0})
        assert same_war(stirred, calm, where=~near)
        excess = [left(stirred, near, *d) - left(calm, near, *d) for d in ((2, 12), (25, 39))]
        return excess[0], excess[1]

    soon, late = more(3.0)
    assert standard_errors(soon) > 5
    assert standard_errors(soon - late) > 5
    assert abs(late.mean()) < 0.1 * soon.mean()
    assert not np.any(more(0.0))


def test_each_tie_carries_news_to_its_own(mechanism_named, place, see, draw_facts, by_prior):
    """District 1 falls; a report is ten times the share of the tie that fell, halved in 4 days."""
    contagion = mechanism_named("contagion")
    quiet = dict.fromkeys(("fell_now", "retaken_now", "capital"), jnp.zeros(6))
    facts = draw_facts(0, contagion) | quiet | {"media_reach": real([0, 0, 0, 0, 0, 0.6])}
    fall = facts | {"fell_now": real([0, 1, 0, 0, 0, 0])}
    heard = {
        "contact": [7.5, 0, 2.5, 0, 0, 0],
        "province": [10 / 3, 10 / 3, 10 / 3, 0, 0, 0],
        "corps": [0, 10 / 3, 0, 10 / 3, 0, 10 / 3],
        "nation": [0, 0, 0, 0, 0, 1.0],
    }
    nothing = {"fell": jnp.zeros(6), "held_out": jnp.zeros(6)}
    for tie, reports in heard.items():
        p = by_prior(contagion, half_life=4.0, **(dict.fromkeys(heard, 0.0) | {tie: 1.0}))
        memory = contagion.remember(see(fall, place, nothing, 1.0), p)
        np.testing.assert_allclose(memory["fell"], reports, rtol=1e-5)
        for _ in range(4):
            memory = contagion.remember(see(facts, place, memory, 1.0), p)
        np.testing.assert_allclose(memory["fell"], np.asarray(reports) / 2, rtol=1e-5)
        held_out = contagion.remember(
            see(facts | {"retaken_now": fall["fell_now"]}, place, nothing, 1.0), p
        )
        np.testing.assert_allclose(held_out["held_out"], reports, rtol=1e-5)
        seat = by_prior(contagion, capital=9.0, **(dict.fromkeys(heard, 0.0) | {tie: 1.0}))
        capital = see(fall | {"capital": fall["fell_now"]}, place, nothing, 1.0)
        louder = contagion.remember(capital, seat)["fell"]
        np.testing.assert_allclose(louder, 10 * np.asarray(reports), rtol=1e-5)


# --------------------------------------------------------------------------------------- fear


def test_where_more_fighters_stand_more_men_leave(fight, still_land, standard_errors):
    """Two worlds alike but for the number of insurgents; and two halves of one world."""
    uneven = still_land._replace(contest_proxy=real(np.where(HALF, 9.0, -9.0)))

    def more(strength):
        afraid = {"fear.strength": strength, "fear.slope": 0.7, "ground.contest_proxy": 1.0}
        many, few = (fight(uneven, afraid | {"ground.fighters": x}) for x in (4.0, 1.0))
        return left(many, D >= 0) - left(few, D >= 0), left(few, HALF) - left(few, ~HALF)

    assert all(standard_errors(x) > 5 for x in more(2.0))
    worlds, halves = more(0.0)
    assert not worlds.any()
    assert abs(standard_errors(halves)) < 4


# ------------------------------------------------------------------------------ siege_and_pay

SIEGE = {
    "siege_and_pay.pay": 0.0, "siege_and_pay.stock": 8.0, "siege_and_pay.resupply": 1e-6,
    "ground.contest_proxy": 1.0,
}  # fmt: skip


@pytest.fixture(scope="module")
def cut_off_land(still_land):
    """Insurgents run more than half of the land around one half of the posts, less elsewhere."""
    return still_land._replace(contest_proxy=real(np.where(HALF, 9.0, -9.0)))


def test_a_cut_off_post_falls_sooner(fight, still_land, standard_errors):
    """In every other province the places between are held from the first day.

    As many fighters stand before posts with both neighbours lost as before the others.
    """
    province = D // 6
    between = (province % 2 == 1) & (D % 2 == 1)
    cut_off, linked = (RURAL & (D % 2 == 0) & (province % 2 == odd) for odd in (1, 0))
    land = still_land._replace(held_chance=real(between))

    def sooner(strength):
        pressed = {"ground.hold_ratio": 0.9, "ground.baseline_exit": 0.03}
        war = fight(land, SIEGE | pressed | {"siege_and_pay.strength": strength})
        fall = np.minimum(war.first_fall, NEVER)
        assert (fall < NEVER).mean() > 0.2
        return fall[:, linked].mean(1) - fall[:, cut_off].mean(1)

    assert standard_errors(sooner(3.0)) > 5
    assert abs(standard_errors(sooner(0.0))) < 4


def test_the_hazard_rises_with_days_under_siege(fight, cut_off_land, standard_errors):
    def rise(strength):
        war = fight(cut_off_land, SIEGE | {"siege_and_pay.strength": strength})
        return [left(war, where, 20, 39) - left(war, where, 0, 4) for where in (HALF, ~HALF)]

    cut_off, others = rise(2.0)
    assert standard_errors(cut_off) > 5
    assert standard_errors(cut_off - others) > 5
    assert abs(standard_errors(rise(0.0)[0])) < 4


def test_under_siege_distance_from_an_air_base_costs_men(fight, cut_off_land, standard_errors):
    def farther(strength):
        flown = SIEGE | {"siege_and_pay.strength": strength, "siege_and_pay.resupply": 0.3}
        near, far = (
            fight(cut_off_land._replace(air_km=jnp.full(48, km)), flown) for km in (0.0, 2000.0)
        )
        return left(far, HALF) - left(near, HALF)

    assert standard_errors(farther(2.0)) > 5
    assert not farther(0.0).any()


def test_men_who_are_not_paid_leave_and_police_more(fight, still_land, standard_errors):
    owing = dated(still_land, pay_arrears=series(6.0))

    def wars(strength):
        owed = SIEGE | {"siege_and_pay.strength": strength, "siege_and_pay.pay": 0.5}
        return [fight(land, owed) for land in (owing, still_land)]

    unpaid, paid = wars(1.0)
    police, army = (left(unpaid, branch) - left(paid, branch) for branch in (POLICE, ARMY))
    assert standard_errors(army) > 5
    assert standard_errors(police - army) > 5
    assert same_war(*wars(0.0))


# ---------------------------------------------------------------------------------- attrition


def test_garrisons_that_bleed_give_up_sooner(fight, still_land, standard_errors):
    """One man in fifty killed a day, or none: of those alive, more leave each day."""

    def more(strength):
        hazards = []
        for killed in (0.02, 1e-9):
            war = fight(
                still_land,
                {
                    "attrition.strength": strength, "attrition.odds": 0.0,
                    "attrition.half_life": 30.0, "ground.kill_quiet": killed,
                },
            )  # fmt: skip
            fates = war.fates[:, -1]
            leavers = fates.sum(1) - fates[:, KILLED]
            at_risk = war.present.sum(1) + war.serving[:, :-1].sum((1, 2))  # days, of men
            hazards.append(leavers / at_risk)
        return hazards[0] - hazards[1]

    assert standard_errors(more(1.0)) > 5
    assert abs(standard_errors(more(0.0))) < 4


def test_a_garrison_outnumbered_bleeds_faster(fight, still_land, standard_errors):
    def more(strength, odds=0.5):
        deaths = [
            fight(
                still_land,
                {
                    "attrition.strength": strength, "attrition.odds": odds,
                    "ground.kill_quiet": 0.005, "ground.fighters": fighters,
                },
            ).fates[:, -1, KILLED]
            for fighters in (20.0, 2.0)
        ]  # fmt: skip
        return deaths[0] - deaths[1]

    assert standard_errors(more(1.0)) > 5
    assert not more(1.0, odds=0.0).any()
    assert not more(0.0).any()
