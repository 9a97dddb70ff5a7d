"""Shares are those of games whose Shapley values are known from algebra."""

from itertools import permutations

import numpy as np
import pytest

from holdfast.explain import Group, bands, shapley
from holdfast.explain.shapley import check_efficiency


def divided(outcome, groups, **options) -> np.ndarray:
    return shapley(outcome, groups, **options)["share"].to_numpy()[0, :, 0]


def glove(names) -> bool:
    """One left glove, two right: a pair is worth 1."""
    return "left" in names and bool(names & {"right", "other"})


def weighted(names) -> float:
    """Eight players of weights 1 to 8: the square of the weight, so that all of them interact."""
    return sum(map(int, names)) ** 2


EIGHT = [str(weight) for weight in range(1, 9)]
OF_EIGHT = np.array([weight * 36 for weight in range(1, 9)])
"""Shapley values of the squared weight: w_i^2 + w_i sum of the others = w_i x 36."""


def test_an_additive_game_gives_each_player_what_he_brings(game, single):
    worth = {"a": 3.0, "b": -1.5, "c": 0.25}
    found = shapley(game(lambda names: 7 + sum(worth[n] for n in names)), single("abc"))
    for name in ("share", "alone", "left_out"):
        assert found[name].to_numpy()[0, :, 0] == pytest.approx([3, -1.5, 0.25])
    assert found["whole"].item() == pytest.approx(1.75)


def test_the_glove_game_favours_the_rare_glove(game, single):
    share = divided(game(glove), single(["left", "right", "other"]))
    assert share == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_a_majority_of_three_is_shared_equally(game, single):
    found = shapley(game(lambda names: len(names) >= 2), single("abc"))
    assert found["share"].to_numpy()[0, :, 0] == pytest.approx([1 / 3] * 3)
    assert not found["alone"].any()
    assert not found["left_out"].any()


def test_exact_shares_are_the_mean_over_all_orders(game, single):
    worth = dict(
        zip(map(frozenset, powerset("abcd")), np.random.default_rng(3).normal(size=16), strict=True)
    )
    slow = dict.fromkeys("abcd", 0.0)
    for order in permutations("abcd"):
        for k, name in enumerate(order):
            slow[name] += (worth[frozenset(order[: k + 1])] - worth[frozenset(order[:k])]) / 24
    assert divided(game(lambda names: worth[names]), single("abcd")) == pytest.approx(
        [*slow.values()]
    )


def powerset(names: str) -> list[str]:
    return [
        "".join(n for bit, n in enumerate(names) if mask >> bit & 1)
        for mask in range(2 ** len(names))
    ]


def test_a_group_comes_and_goes_as_a_whole(game):
    groups = [Group.of(["left"]), Group.of(["right", "other"])]
    assert divided(game(glove), groups) == pytest.approx([1 / 2, 1 / 2])


def test_who_does_nothing_gets_nothing_and_equals_get_the_same(game, single):
    worth = lambda names: len(names - {"idle"}) ** 3  # noqa: E731
    exact = divided(game(worth), single(["a", "idle", "b", "c"]))
    assert exact == pytest.approx([9, 0, 9, 9])
    players = single(["idle", *EIGHT])
    sampled = divided(game(lambda n: weighted(n - {"idle"})), players, rng=np.random.default_rng(1))
    assert sampled[0] == 0


@pytest.mark.parametrize("exact_up_to", [0, 7])
def test_shares_add_up_to_what_all_do_in_every_war(single, exact_up_to):
    dice = np.random.default_rng(5).normal(size=(20, 3, 5))

    def outcome(names):
        return np.stack([dice[:, o, : len(names)].prod(-1) for o in range(3)], 1)

    rng = np.random.default_rng(2)
    found = shapley(outcome, single("abcde"), rng=rng, exact_up_to=exact_up_to, permutations=6)
    whole = outcome(frozenset("abcde")) - outcome(frozenset())
    np.testing.assert_allclose(found["share"].sum("group"), whole, atol=1e-12)
    np.testing.assert_allclose(found["whole"], whole)


def test_shares_that_do_not_add_up_are_refused():
    share, whole = np.array([[[0.4], [0.6]]]), np.array([[1.0]])
    check_efficiency(share, whole, 1.0)
    for wrong in (whole + 1e-6, whole * np.nan):
        with pytest.raises(ArithmeticError, match="miss the whole"):
            check_efficiency(share, wrong, 1.0)


def test_interaction_is_what_two_do_beyond_each(game, single):
    found = shapley(game(glove), single(["left", "right", "other"]))["interaction"]
    among = found.to_numpy()[0, :, :, 0]
    np.testing.assert_allclose(
        among, [[np.nan, 0.5, 0.5], [0.5, np.nan, -0.5], [0.5, -0.5, np.nan]]
    )
    majority = shapley(game(lambda names: len(names) >= 2), single("abc"))["interaction"]
    assert np.nanmax(np.abs(majority)) == pytest.approx(0)


def test_four_players_weigh_sets_of_every_size_alike(game, single):
    """Worth 1 for three or more: the second difference is 0, 1, -1 for sets of 0, 1, 2."""
    exact = shapley(game(lambda names: len(names) >= 3), single("abcd"))["interaction"]
    assert exact.sel(group="a", other="b").item() == pytest.approx(0)
    worth = lambda names: len(names) == 4  # noqa: E731
    all_or_nothing = shapley(game(worth), single("abcd"))["interaction"]
    assert all_or_nothing.sel(group="a", other="b").item() == pytest.approx(1 / 3)


def test_interaction_at_both_ends_is_exact_for_three_and_for_squares(game, single):
    rng = np.random.default_rng(1)
    three = single(["left", "right", "other"])
    exact, ends = (shapley(game(glove), three, exact_up_to=n, rng=rng) for n in (3, 0))
    np.testing.assert_allclose(exact["interaction"], ends["interaction"])
    eight = shapley(game(weighted), single(EIGHT), rng=rng, permutations=4)["interaction"]
    assert eight.sel(group="3", other="5").item() == pytest.approx(2 * 3 * 5)


def test_sampled_orders_come_close_to_the_exact_shares(game, single):
    """Squares are exact from one order and its reverse, so a cube is asked for as well."""
    rng = np.random.default_rng(8)
    assert divided(game(weighted), single(EIGHT), rng=rng, permutations=4) == pytest.approx(
        OF_EIGHT
    )
    cube = game(lambda names: sum(map(int, names)) ** 3)
    exact = divided(cube, single(EIGHT), exact_up_to=8)
    errors = []
    for n in (8, 512):
        found = shapley(cube, single(EIGHT), rng=rng, permutations=n)
        off = found["share"].to_numpy()[0, :, 0] - exact
        assert (np.abs(off) < 4 * found["permutation_error"].to_numpy()[:, 0]).all()
        errors.append(np.sqrt(np.mean(off**2)))
    assert errors[1] < errors[0] / 3  # 8 by the square root


def test_the_error_of_sampled_shares_is_as_large_as_it_says(game, single):
    cube = game(lambda names: sum(map(int, names)) ** 3)
    exact = divided(cube, single(EIGHT), exact_up_to=8)
    rng = np.random.default_rng(11)
    many = [shapley(cube, single(EIGHT), rng=rng, permutations=32) for _ in range(60)]
    off = np.stack([found["share"].to_numpy()[0, :, 0] - exact for found in many])
    said = np.stack([found["permutation_error"].to_numpy()[:, 0] for found in many])
    ratio = np.sqrt((off**2).mean() / (said**2).mean())
    assert ratio == pytest.approx(1, abs=0.2)  # 60 runs of 8 tied shares: 4 standard errors


def test_intervals_of_the_mean_cover_the_truth_of_noisy_wars(single):
    """Each war has its own strengths a and b, and a pair bonus of 2 that is split in half."""
    rng = np.random.default_rng(21)

    def covered() -> np.ndarray:
        a, b, noise = rng.normal([4, -1, 0], [2, 1, 9], (40, 3)).T

        def outcome(names):
            on_a, on_b = "a" in names, "b" in names
            return (noise + a * on_a + b * on_b + 2 * (on_a and on_b))[:, None]

        found = shapley(outcome, single("ab"))
        off = found["mean"].to_numpy()[:, 0] - [5, 0]
        return np.abs(off) < 1.685 * found["standard_error"].to_numpy()[:, 0]  # t, 39 df, 90%

    share = np.mean([covered() for _ in range(150)])
    assert share == pytest.approx(0.9, abs=4 * 0.3 / np.sqrt(300))


def test_bands_over_wars_hold_at_least_their_share(single):
    values = np.arange(1.0, 22.0)
    found = shapley(lambda names: values[:, None] * len(names), single("a"), outputs=["lost"])
    told = found.sel(group="a", output="lost")
    ends = [told[name].item() for name in ("low90", "low50", "middle", "high50", "high90")]
    assert ends == [2, 6, 11, 16, 20]
    assert told["mean"].item() == 11
    assert told["permutation_error"].item() == 0
    assert told["standard_error"].item() == pytest.approx(np.sqrt(38.5 / 21))
    assert bands(found["alone"])["high90"].item() == 20


def test_each_set_is_fought_once(single):
    fought = []

    def outcome(names):
        fought.append(names)
        return np.ones((2, 1))

    exact = shapley(outcome, single("abcd"))
    assert len(fought) == len(set(fought)) == 16 == exact.attrs["n_fought"]
    fought.clear()
    shapley(outcome, single("abcdefgh"), rng=np.random.default_rng(1), permutations=200)
    assert len(fought) == len(set(fought)) <= 256


def test_the_same_dice_give_the_same_shares(game, single):
    one, two = (shapley(game(weighted), single(EIGHT), rng=np.random.default_rng(4)) for _ in "ab")
    assert one.identical(two)


def test_what_cannot_be_shared_is_refused(game, single):
    with pytest.raises(ValueError, match="give rng"):
        shapley(game(weighted), single(EIGHT))
    with pytest.raises(ValueError, match="even"):
        shapley(game(weighted), single(EIGHT), rng=np.random.default_rng(1), permutations=5)
    with pytest.raises(ValueError, match="not finite"):
        shapley(lambda names: np.full((2, 1), np.nan), single("ab"))
    with pytest.raises(ValueError, match="shape"):
        shapley(lambda names: np.ones((2 + len(names), 1)), single("ab"))
    with pytest.raises(ValueError, match="twice"):
        shapley(game(len), [Group("x", ("a", "b")), Group("y", ("b",))])
    with pytest.raises(ValueError, match="none"):
        shapley(game(len), [])
    with pytest.raises(ValueError, match="names for"):
        shapley(game(len), single("ab"), outputs=["one", "two"])
