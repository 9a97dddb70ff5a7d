"""Necessity and sufficiency are counted war by war, under the same dice."""

import numpy as np
import pytest

from holdfast.explain import jeffreys, necessity_and_sufficiency


def lost(outcomes):
    return outcomes[:, 0] > 0.5


def table(rows):
    """Four wars as a table: by the set of mechanisms, in which wars it happened."""
    return lambda names: np.array(
        [[war in rows["".join(sorted(names))]] for war in range(4)], float
    )


def test_shares_are_counted_among_the_wars_that_can_tell(single):
    wars = {"": {3}, "a": {0, 3}, "b": {1, 3}, "ab": {0, 1, 3}}
    found = necessity_and_sufficiency(table(wars), single("ab"), lost)
    assert found["necessity_of"] == 3
    assert found["necessity_count"].to_numpy().tolist() == [1, 1]
    assert found["necessity"].to_numpy() == pytest.approx([1 / 3, 1 / 3])
    assert found["sufficiency_of"] == 3
    assert found["sufficiency"].to_numpy() == pytest.approx([1 / 3, 1 / 3])


def test_two_that_both_suffice_are_neither_needed(single):
    both = {"": set(), "a": {0, 1, 2, 3}, "b": {0, 1, 2, 3}, "ab": {0, 1, 2, 3}}
    found = necessity_and_sufficiency(table(both), single("ab"), lost)
    assert found["necessity"].to_numpy().tolist() == [0, 0]
    assert found["sufficiency"].to_numpy().tolist() == [1, 1]


def test_two_that_need_each_other_do_not_suffice(single):
    pair = {"": set(), "a": set(), "b": set(), "ab": {0, 1, 2, 3}}
    found = necessity_and_sufficiency(table(pair), single("ab"), lost)
    assert found["necessity"].to_numpy().tolist() == [1, 1]
    assert found["sufficiency"].to_numpy().tolist() == [0, 0]


def test_nothing_is_said_where_it_never_happened(single):
    never = dict.fromkeys(["", "a", "b", "ab"], set())
    found = necessity_and_sufficiency(table(never), single("ab"), lost)
    assert np.isnan(found["necessity"]).all()
    assert found["necessity_low"].to_numpy().tolist() == [0, 0]
    assert found["necessity_high"].to_numpy().tolist() == [1, 1]
    assert found["sufficiency_high"].to_numpy().max() < 1


def test_the_interval_covers_the_truth_in_nine_of_ten_noisy_worlds(single):
    """A war is lost if its die falls below the sum of .5 for a and .3 for b.

    Of those lost with both (die below .8) a was needed where the die is .3 or more: 5 in 8;
    alone it suffices where the die is below .5.
    """
    rng = np.random.default_rng(17)
    hits = []
    for _ in range(200):
        dice = rng.random(60)
        outcome = lambda names, d=dice: (d < 0.5 * ("a" in names) + 0.3 * ("b" in names))[:, None]  # noqa: E731
        one = necessity_and_sufficiency(outcome, single("ab"), lost).sel(group="a")
        hits.append(
            [
                one[f"{name}_low"].item() <= truth <= one[f"{name}_high"].item()
                for name, truth in (("necessity", 5 / 8), ("sufficiency", 1 / 2))
            ]
        )
    assert np.mean(hits, axis=0) == pytest.approx(0.9, abs=4 * 0.3 / np.sqrt(200))


def test_the_jeffreys_interval_is_that_of_its_beta_law():
    """Alike for a count and its complement; for many wars that of the normal law, 2 x 1.645 sd."""
    low, high = jeffreys(np.array([0, 1]), 1)
    assert low.tolist() == [0.0, pytest.approx(1 - high[0])]
    assert high[1] == 1
    wide, _ = jeffreys(np.array([0]), 0)
    assert wide == 0
    assert jeffreys(np.array([5]), 10, 0.5)[0] > jeffreys(np.array([5]), 10, 0.9)[0]
    assert np.add(*jeffreys(np.array([500]), 1000)) == pytest.approx(1)
    assert np.diff(jeffreys(np.array([500]), 1000), axis=0) == pytest.approx(0.052, abs=0.0005)


def test_an_event_must_be_told_for_every_war(single):
    wars = table(dict.fromkeys(["", "a"], {1}))
    with pytest.raises(ValueError, match="bool"):
        necessity_and_sufficiency(wars, single("a"), lambda outcomes: outcomes[:, 0])
    with pytest.raises(ValueError, match="bool"):
        necessity_and_sufficiency(wars, single("a"), lambda outcomes: outcomes > 0)
