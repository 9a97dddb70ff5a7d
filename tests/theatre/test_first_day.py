"""Who holds what when a war begins is what the table says; no is no."""

import jax
import numpy as np
import pytest

from holdfast.engine.run import keys
from holdfast.records.read import list_scenarios
from holdfast.study import load, simulate
from holdfast.study.evidence import EVERYTHING_KNOWN, evidence
from holdfast.theatre.build import HELD_CHANCE
from holdfast.vocabulary import chance
from holdfast.vocabulary.chance import Purpose

HELD = jax.jit(
    jax.vmap(
        lambda key, theatre: (
            chance.uniform(key, Purpose.HELD, 0, theatre.district_key) < theatre.held_chance
        ),
        in_axes=(0, None),
    )
)


def test_words_of_less_doubt_have_higher_chances():
    chances = [HELD_CHANCE[word] for word in ("no", "unlikely", "possible", "likely")]
    assert chances == sorted(chances)
    assert chances[0] == 0
    assert HELD_CHANCE["unlikely"] == pytest.approx(1 - HELD_CHANCE["likely"])


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[] if n == "ring" else pytest.mark.slow) for n in list_scenarios()],
)
def test_no_seat_is_lost_when_a_war_begins_but_those_that_may_have_been_held(name):
    """In 4,000 wars; every district of which something is said is lost in some of them."""
    scenario = load(name)
    held = np.asarray(HELD(keys(1, np.arange(4000)), scenario.theatre)).mean(0)
    said = scenario.tables.districts["held_at_start"]
    assert held == pytest.approx(said.map(HELD_CHANCE).to_numpy(), abs=0.05)
    assert (held[said == "no"] == 0).all()
    capitals = scenario.tables.districts["capital"] == 1
    assert (held[capitals & (said == "no")] == 0).all()
    assert held[int(scenario.theatre.national_capital)] == 0


def test_evidence_takes_a_no_for_a_no():
    ring = load("ring")
    counts = np.asarray(evidence(ring, EVERYTHING_KNOWN).dated.counts)
    said = ring.tables.districts["held_at_start"].to_numpy()
    assert (counts[said == "no"] == 1).all()
    assert counts[said == "possible"] == pytest.approx(1 - HELD_CHANCE["possible"])


@pytest.mark.slow
def test_what_is_held_from_the_start_is_no_first_fall():
    wars = simulate(load("ring"), members=40).observables
    began, fell = wars["held_at_start"].to_numpy() > 0, wars["first_fall"].to_numpy()
    assert began.any()
    back = wars["n_retaken"].to_numpy() > 0
    assert np.isinf(fell[began & ~back]).all()
