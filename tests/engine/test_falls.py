"""What a step does to districts and men, worked out by hand on single days of the ring.

R01 is the national capital and seat of the east, R07 the capital of the west. A police man counts
0.8 in holding ground, a soldier 1, a commando 3. R02 has 24 police and 12 soldiers: strength 31.2.
Unless said, `gaps` is 0: only the number of men counts.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from holdfast.engine.consequences import apply
from holdfast.engine.draw import Drawn, Ring, silent
from holdfast.engine.facts import muster
from holdfast.engine.run import INDIVIDUALS
from holdfast.engine.soldiers import Hazards
from holdfast.vocabulary.words import Fate, Manner, index

R01, R02, R03, R04, R07, R08, R09 = 0, 1, 2, 3, 6, 7, 8
POSTS_OF_R02, COMMANDOS = (4, 5), 3
NEVER = 1e9


class Day(NamedTuple):
    """A day on which nothing would happen, to be changed and lived through."""

    world: object
    lots: object
    ground: dict
    state: object
    drawn: Drawn
    step: object

    def with_(self, **changes):
        """Set fields of state, of what is drawn, or numbers of the ground; a dict sets rows."""
        state, drawn, ground = self.state, self.drawn, dict(self.ground)
        for name, x in changes.items():
            if name in state._fields:
                state = state._replace(**{name: placed(getattr(state, name), x)})
            elif name in drawn._fields:
                drawn = drawn._replace(**{name: placed(getattr(drawn, name), x)})
            else:
                assert name in ground
                ground[name] = jnp.float32(x)
        return self._replace(state=state, drawn=drawn, ground=ground)

    def rings(self, clock, *places):
        """Let a clock ring in some places."""
        quiet = getattr(self.drawn, clock)
        rang = quiet.rang.at[jnp.asarray(places)].set(True)
        return self._replace(drawn=self.drawn._replace(**{clock: quiet._replace(rang=rang)}))

    def leave(self, posts, surrender=0.0, desert=0.0, killed=False):
        """Let all men of some posts go, by doors of the given shares, or fall in battle."""
        h, at = self.drawn.hazards, jnp.asarray(posts)
        if killed:
            h = h._replace(died=h.died.at[at].set(50.0))
        else:
            h = h._replace(
                left=h.left.at[:, at].set(50.0),
                surrender=h.surrender.at[:, at].set(surrender),
                desert=h.desert.at[:, at].set(surrender + desert),
            )
        return self._replace(drawn=self.drawn._replace(hazards=h))

    def uniforms(self, released=0.5, away=0.5, word=0.5, again=0.5):
        """The dice of men outside posts, the same in every district."""
        pools = jnp.tile(jnp.asarray([released, away, word, again])[None, :, None], (1, 1, 12))
        return self._replace(world=self.world._replace(dice=self.world.dice._replace(pools=pools)))

    def end(self, day=10.0, dt=1.0):
        """The state after the step."""
        return self.step(self.world, self.ground, self.state, self.lots, self.drawn,
                         counting=INDIVIDUALS, step=0, day=day, dt=dt,
                         served=muster(self.world, self.state)[:, 0])  # fmt: skip


def placed(old, x):
    if not isinstance(x, dict):
        return jnp.broadcast_to(jnp.asarray(x, old.dtype), old.shape)
    for place, y in x.items():
        old = old.at[place].set(y)
    return old


@pytest.fixture(scope="module")
def day(wars, ring, values, compiled):
    """Every man of the roll at his post, no insurgent anywhere, nothing drawn."""
    v = values(ground_ghosts=0, ground_march_days=NEVER, ground_holders=6, ground_gaps=0)
    war = wars.start(ring, v)
    s = war.state
    none = jnp.zeros_like(s.held)
    s = s._replace(
        held=none,
        fighters_at=0 * s.fighters_at,
        place=ring.home,
        countryside=0 * s.countryside + 0.5,
    )
    by_class, by_post = jnp.zeros_like(s.left), jnp.zeros_like(s.died)
    drawn = Drawn(
        hazards=Hazards(by_class, by_class, by_post, by_post, by_class, by_class),
        parley=silent(s.parley_clock),
        withdraw=silent(s.withdraw_clock),
        keeps=jnp.zeros(s.place.shape, bool),
        attack=silent(s.attack_clock),
        attack_weight=0 * s.attack_clock,
        breach=silent(s.breach_clock),
        counter=silent(s.counter_clock),
        rejoin=0 * s.attack_clock,
    )
    strong = lambda tree: jax.tree.map(lambda x: jnp.asarray(np.asarray(x)), tree)  # noqa: E731
    step = compiled(apply, "counting")
    return Day(war.world, war.lots, v["ground"], strong(s), strong(drawn), step).uniforms()


def fate(state, what, district):
    return int(state.fates[district, index(what)])


def manner(state, district):
    row = int(state.manner[district])
    return list(Manner)[row] if row >= 0 else None


def standing(state, district):
    """Men in posts that stand in a district."""
    return int(state.serving.sum(0)[state.place == district].sum())


# ------------------------------------------------------------------------ who falls


def test_on_a_quiet_day_nothing_happens(day):
    after = day.end()
    assert not after.held.any()
    assert (after.serving == day.state.serving).all()
    assert int(after.serving.sum()) == 600
    assert (after.place == day.state.place).all()
    assert int(after.fates.sum()) == 0


@pytest.mark.parametrize(("fighters", "falls"), [(103.9, False), (104.1, True)])
def test_a_district_falls_when_its_strength_is_below_the_ratio_to_those_before_it(
    day, fighters, falls
):
    """31.2 = 0.3 x 104."""
    after = day.with_(hold_ratio=0.3, fighters_at={R02: fighters}).end()
    assert bool(after.held[R02]) is falls
    assert int(after.held.sum()) == falls


def test_returned_men_hold_ground_too(day):
    attacked = day.with_(hold_ratio=0.3, fighters_at={R02: 110.0})
    assert bool(attacked.end().held[R02])
    assert not attacked.with_(returned={R02: 2}).end().held[R02]  # 33.2 > 33


@pytest.mark.parametrize("gaps", [0.0, 0.5, 1.0, 2.0])
def test_a_garrison_with_gaps_holds_worse(day, gaps):
    """When the 24 police are gone 12 of 31.2 are left: they count 12 (12/31.2)^gaps."""
    holding = 12 * (12 / 31.2) ** gaps
    left = day.leave(POSTS_OF_R02[:1], desert=1.0).with_(hold_ratio=0.3, gaps=gaps)
    assert not left.with_(fighters_at={R02: holding / 0.3 * 0.999}).end().held[R02]
    assert left.with_(fighters_at={R02: holding / 0.3 * 1.001}).end().held[R02]


def test_more_men_than_on_the_first_day_close_no_more_than_all_gaps(day):
    """The 31.2 of R02 join the 32 + 60 + 60 of R01."""
    joined = day.rings("withdraw", *POSTS_OF_R02).with_(hold_ratio=0.3, gaps=2.0)
    strength = 0.8 * 40 + 60 + 3 * 20 + 31.2
    assert not joined.with_(fighters_at={R01: strength / 0.3 * 0.999}).end().held[R01]
    assert joined.with_(fighters_at={R01: strength / 0.3 * 1.001}).end().held[R01]


def test_a_district_before_which_nobody_stands_does_not_fall_even_when_empty(day):
    after = day.leave(POSTS_OF_R02, desert=1.0).end()
    assert standing(after, R02) == 0
    assert not after.held[R02]


def test_a_fall_is_dated_at_the_end_of_its_step_and_the_first_one_is_kept(day):
    falling = day.with_(fighters_at={R02: 1e4, R03: 1e4}, first_fall={R03: 3.0}, manner={R03: 1})
    after = falling.with_(n_falls={R03: 1}).end(day=10.0, dt=1.0)
    assert float(after.first_fall[R02]) == 11.0
    assert float(after.first_fall[R03]) == 3.0
    assert manner(after, R03) is Manner.ABANDONED
    assert after.n_falls[jnp.asarray([R02, R03])].tolist() == [1, 2]
    assert np.isinf(np.asarray(after.first_fall)[[R01, R04]]).all()


def test_a_fallen_countryside_is_wholly_theirs_and_returned_men_go_home(day):
    after = day.with_(fighters_at={R02: 1e4}, returned={R02: 5}).end()
    assert float(after.countryside[R02]) == 1
    assert int(after.returned[R02]) == 0
    assert fate(after, Fate.DESERTED, R02) == 5
    assert standing(after, R02) == 36  # trapped: they dissolve in the next step


# ------------------------------------------------------------------------ how it fell


@pytest.mark.parametrize(
    ("assault", "how"), [(0.0, Manner.ABANDONED), (0.24, Manner.ABANDONED), (0.26, Manner.ASSAULT)]
)
def test_men_still_there_at_a_fall_count_as_taken_by_assault_if_one_is_under_way(day, assault, how):
    before = assault * float(np.exp(1 / 2.0))  # it fades over the day by exp(-1/2)
    after = day.with_(fighters_at={R02: 1e4}, assault={R02: before}, assault_days=2.0).end()
    assert float(after.assault[R02]) == pytest.approx(assault, rel=1e-5)
    assert manner(after, R02) is how
    assert int(after.tally[R02].sum()) == 36


def test_a_garrison_that_surrendered_was_negotiated_with(day):
    after = day.with_(fighters_at={R02: 1.0}).leave(POSTS_OF_R02, surrender=1.0).end()
    assert manner(after, R02) is Manner.NEGOTIATED
    assert fate(after, Fate.SURRENDERED, R02) == int(after.captives[R02]) == 36


@pytest.mark.parametrize(("desert", "gone"), [(1.0, Fate.DESERTED), (0.0, Fate.ABROAD)])
def test_a_garrison_that_ran_abandoned_its_district(day, desert, gone):
    after = day.with_(fighters_at={R02: 1.0}).leave(POSTS_OF_R02, desert=desert).end()
    assert manner(after, R02) is Manner.ABANDONED
    assert fate(after, gone, R02) == 36


def test_a_garrison_killed_in_action_was_taken_by_assault(day):
    after = day.with_(fighters_at={R02: 1.0}).leave(POSTS_OF_R02, killed=True).end()
    assert manner(after, R02) is Manner.ASSAULT
    assert fate(after, Fate.KILLED, R02) == 36


def test_the_door_that_most_took_since_the_government_last_held_it_decides(day):
    """24 police surrender today, 12 soldiers go home; 13 had gone home before."""
    today = day.with_(fighters_at={R02: 1.0}).leave(POSTS_OF_R02[:1], surrender=1.0)
    today = today.leave(POSTS_OF_R02[1:], desert=1.0)
    assert manner(today.end(), R02) is Manner.NEGOTIATED
    tally = jnp.zeros((12, 4), jnp.int32).at[R02, index(Manner.ABANDONED)]
    assert manner(today.with_(tally=tally.set(13)).end(), R02) is Manner.ABANDONED
    # twelve more make it 24 against 24: the first in the list has it
    assert manner(today.with_(tally=tally.set(12)).end(), R02) is Manner.NEGOTIATED


# ------------------------------------------------------------------------ pulling back


def test_posts_that_keep_together_pull_back_when_their_district_falls(day):
    after = day.with_(fighters_at={R02: 1e4}, keeps={POSTS_OF_R02[0]: True}).end()
    assert after.place[jnp.asarray(POSTS_OF_R02)].tolist() == [R01, R02]
    assert fate(after, Fate.WITHDREW, R02) == 24
    assert int(after.serving.sum()) == 600
    assert manner(after, R02) is Manner.ORDERED  # 24 withdrew, 12 stayed behind


def test_no_post_pulls_back_to_a_town_that_falls_on_the_same_day(day):
    after = day.with_(fighters_at={R02: 1e4, R01: 1e4}, keeps=True).end()
    assert after.held[jnp.asarray([R01, R02])].all()
    assert after.place[jnp.asarray(POSTS_OF_R02)].tolist() == [R02, R02]
    assert fate(after, Fate.WITHDREW, R02) == 0
    assert manner(after, R02) is Manner.ABANDONED


def test_a_post_that_withdraws_goes_to_its_garrison_town_and_loses_nobody(day):
    after = day.rings("withdraw", *POSTS_OF_R02).end()
    assert standing(after, R02) == 0
    assert standing(after, R01) == 120 + 36
    assert fate(after, Fate.WITHDREW, R02) == 36
    assert int(after.serving.sum()) == 600
    assert int(after.tally[R02, index(Manner.ORDERED)]) == 36


def test_the_next_town_is_that_of_the_place_where_the_post_stands(day):
    """From R08 to R07, and when that is given up on to R01."""
    post = int(np.flatnonzero(np.asarray(day.world.theatre.home) == R08)[0])
    first = day.rings("withdraw", post).end()
    assert int(first.place[post]) == R07
    then = day._replace(state=first).rings("withdraw", post).end()
    assert int(then.place[post]) == R01


def test_trapped_posts_do_not_withdraw(day):
    after = day.with_(held={R02: True}).rings("withdraw", *POSTS_OF_R02).end()
    assert standing(after, R02) == 36
    assert fate(after, Fate.WITHDREW, R02) == 0


# ------------------------------------------------------------------------ fighters


def test_fighters_move_toward_where_they_are_sent(day):
    """Half to R02 and half to R03, of 60 less 6 for each of two districts held."""
    weight = {R02: 0.5, R03: 0.5}
    sent = day.with_(fighters=60.0, held={R04: True, R07: True}, attack_weight=weight,
                     fighters_at={R02: 10.0, R09: 4.0}, march_days=5.0, hold_ratio=0.0)  # fmt: skip
    after = sent.end()
    share = 1 - np.exp(-1 / 5)
    assert float(after.fighters_at[R02]) == pytest.approx(10 + (24 - 10) * share)
    assert float(after.fighters_at[R03]) == pytest.approx(24 * share)
    assert float(after.fighters_at[R09]) == pytest.approx(4 * (1 - share))


def test_a_tenth_of_the_fighters_are_free_however_much_is_held(day):
    sent = day.with_(fighters=60.0, held=True, attack_weight={R02: 1.0}, march_days=1e-3)
    assert float(sent.end().fighters_at[R02]) == pytest.approx(6.0)


def test_an_assault_costs_fighters_wins_countryside_and_fades(day):
    attacked = day.with_(fighters=60.0, fighters_lost=3.0, assault={R02: 1.0, R03: 1.0},
                         assault_days=2.0, hold_ratio=0.0).rings("attack", R02, R04)  # fmt: skip
    after = attacked.end()
    assert float(after.fighters) == pytest.approx(54.0)
    assert float(after.assault[R02]) == pytest.approx(1 + np.exp(-0.5))
    assert float(after.assault[R03]) == pytest.approx(np.exp(-0.5))
    assert float(after.countryside[R02]) == pytest.approx(0.55)  # a tenth of the other half
    assert float(after.countryside[R03]) == pytest.approx(0.5)
    assert after.attacks[jnp.asarray([R02, R03, R04])].tolist() == [1, 0, 1]


# ------------------------------------------------------------------------ men outside posts


def test_captives_are_let_go_at_the_pace_of_captivity(day):
    held = day.with_(captives={R02: 20}, captivity_days=5.0)
    for u in (0.1, 0.5, 0.9):
        after = held.uniforms(released=u).end()
        let_go = int(stats.binom.ppf(u, 20, 1 - np.exp(-1 / 5)))
        assert int(after.captives[R02]) == 20 - let_go
        assert int(after.released[R02]) == int(after.news.released[R02]) == let_go


def test_a_breach_kills_its_share_of_the_captives_rounded_up_and_never_the_released(day):
    """Of 20 captives 4 are let go; of 16 the share 0.35 is 5.6, so six are killed."""
    after = day.with_(captives={R02: 20, R03: 20}, breach_share=0.35, captivity_days=5.0)
    after = after.leave(POSTS_OF_R02, surrender=1.0).rings("breach", R02).end()
    assert int(after.released[R02]) == 4
    assert fate(after, Fate.KILLED_AFTER_SURRENDER, R02) == 6
    assert int(after.captives[R02]) == 10 + 36  # today's men come after the killing
    assert fate(after, Fate.KILLED_AFTER_SURRENDER, R03) == 0
    assert after.news.breached.tolist() == [6 if d == R02 else 0 for d in range(12)]


def test_men_abroad_and_released_men_come_back_to_the_garrison_town(day):
    rates = day.with_(away={R02: 30}, released={R02: 30}, rejoin={R02: 0.2}, word_broken=0.25)
    after = rates.uniforms(away=0.9, word=0.6).end()
    home = int(stats.binom.ppf(0.9, 30, 1 - np.exp(-0.2)))
    again = int(stats.binom.ppf(0.6, 30, 1 - np.exp(-0.2 * 0.25)))
    assert int(after.away[R02]) == 30 - home
    assert int(after.released[R02]) == 30 - again
    assert int(after.returned[R01]) == fate(after, Fate.RETURNED, R02) == home + again


def test_men_come_back_to_the_national_capital_where_the_garrison_town_is_held(day):
    after = day.with_(away={R08: 30}, rejoin=5.0, held={R07: True}).end()
    assert int(after.returned[R07]) == 0
    assert int(after.returned[R01]) == fate(after, Fate.RETURNED, R08) > 0


def test_nobody_comes_back_to_a_state_without_its_capital(day):
    after = day.with_(away={R08: 30}, released={R08: 30}, rejoin=5.0, held={R01: True}).end()
    assert fate(after, Fate.RETURNED, R08) == 0


def test_returned_men_leave_again_as_the_men_beside_them_do(day):
    """24 of 36 go: two in three."""
    today = day.with_(returned={R02: 30, R03: 30}).leave(POSTS_OF_R02[:1], surrender=1.0)
    after = today.uniforms(again=0.7).end()
    gone = int(stats.binom.ppf(0.7, 30, 24 / 36))
    assert int(after.returned[R02]) == 30 - gone
    assert fate(after, Fate.DESERTED, R02) == gone
    assert int(after.returned[R03]) == 30


# ------------------------------------------------------------------------ counter-attacks


def asking(day, waits, **changes):
    """Districts of the east in insurgent hands whose clocks have run out, by how long ago."""
    held = day.with_(held=dict.fromkeys(waits, True), **changes)
    run = jnp.zeros(12).at[jnp.asarray(list(waits))].set(jnp.asarray(list(waits.values())))
    rang = run > 0
    counter = Ring(rang, jnp.where(rang, run - 0.01, run), run)
    return held._replace(drawn=held.drawn._replace(counter=counter))


def luck(day, lot):
    """All counter-attacks draw this lot."""
    dice = day.world.dice._replace(retake=jnp.full_like(day.world.dice.retake, lot))
    return day._replace(world=day.world._replace(dice=dice))


def test_the_request_that_has_waited_longest_is_served_and_the_others_wait(day):
    after = luck(asking(day, {R02: 1.0, R03: 3.0, R04: 2.0}), 0.0001).end()
    assert not after.held[R03]
    assert after.held[jnp.asarray([R02, R04])].all()
    assert int(after.place[COMMANDOS]) == R03
    assert after.counters[jnp.asarray([R02, R03, R04])].tolist() == [0, 1, 0]
    # the clock of the one served starts again from what it ran over; the others run on
    assert after.counter_clock[jnp.asarray([R02, R03, R04])].tolist() == pytest.approx(
        [1.0, 2.99, 2.0]
    )


def test_a_retaken_district_starts_anew(day):
    before = asking(day, {R03: 1.0}, countryside=1.0, tally=7, n_falls={R03: 1})
    after = luck(before, 0.0001).end()
    assert float(after.countryside[R03]) == pytest.approx(0.7)
    assert int(after.n_retaken[R03]) == 1
    assert after.tally[R03].tolist() == [0] * 4
    assert after.tally[R04].tolist() == [7] * 4
    assert bool(after.news.retaken[R03])
    assert np.isinf(float(after.first_fall[R03]))  # the record of the first fall is kept


def test_a_counter_attack_succeeds_by_the_odds_of_the_company_against_the_holders(day):
    """3 x 20 = 60 against 6: chance of logit 0.5 + ln(61/7)."""
    chance = 1 / (1 + np.exp(-(0.5 + np.log(61 / 7))))
    before = asking(day, {R03: 1.0}, retake_odds=0.5)
    for lot, wins in ((chance - 1e-3, True), (chance + 1e-3, False)):
        after = luck(before, lot).end()
        assert bool(after.held[R03]) is not wins
        assert int(after.counters[R03]) == 1
        assert int(after.place[COMMANDOS]) == (R03 if wins else R01)
        assert float(after.counter_clock[R03]) == pytest.approx(0.99)


@pytest.mark.parametrize(
    "reason", ["the company is in a rural district", "its capital is held", "it has no men"]
)
def test_requests_wait_while_no_company_is_at_hand(day, reason):
    before = asking(day, {R03: 1.0})
    if reason == "the company is in a rural district":
        before = before.with_(place={COMMANDOS: R02})
    elif reason == "its capital is held":
        before = before.with_(held={R01: True})
    else:
        before = before.leave([COMMANDOS], desert=1.0)
    after = luck(before, 0.0001).end()
    assert bool(after.held[R03])
    assert int(after.counters[R03]) == 0
    assert float(after.counter_clock[R03]) == 1.0


def test_a_corps_without_companies_retakes_nothing(day):
    """All commandos of the ring are in the east."""
    after = luck(asking(day, {R08: 1.0}), 0.0001).end()
    assert bool(after.held[R08])
    assert float(after.counter_clock[R08]) == 1.0


def test_a_district_that_falls_today_is_not_asked_for_today(day):
    """Its clock does not run until insurgents hold it."""
    after = luck(asking(day.with_(fighters_at={R02: 1e4}), {R03: 1.0}), 0.0001).end()
    assert bool(after.held[R02])
    assert not after.held[R03]
