"""Which draw of a fit a war is given hangs on the draws, not on the order they are written in."""

import numpy as np
import pandas as pd

from holdfast.study.catalogue import choose
from holdfast.study.draws import DRAWS, draw_values

CHOSEN = ("fear", "pledge")


def fit(folder, table):
    folder.mkdir()
    table.to_csv(folder / DRAWS, index=False)
    return str(folder)


def values(which, chosen=CHOSEN):
    none = pd.DataFrame()
    return draw_values(choose(chosen), none, none, {}, 1, np.arange(40), which)


def test_draws_in_any_order_of_rows_and_columns_give_every_war_the_same_values(tmp_path):
    dice = np.random.default_rng(1)
    names = ["pledge.strength", "fear.strength", "ground.ghosts"]
    table = pd.DataFrame(dice.uniform(0.1, 0.9, (30, 3)), columns=names).round(1)  # some alike
    shuffled = table.sample(frac=1, random_state=2)[names[::-1]]
    assert not shuffled.reset_index(drop=True)[names].equals(table)
    one, other = (values(fit(tmp_path / n, t)) for n, t in (("a", table), ("b", shuffled)))
    for owner, short in (name.split(".") for name in names):
        assert (one[owner][short] == other[owner][short]).all()
        assert len(set(one[owner][short].tolist())) > 3
    drawn = {tuple(round(float(one[o][s][k]), 1) for o, s in (n.split(".") for n in names))
             for k in range(40)}  # fmt: skip
    assert drawn <= set(map(tuple, table.to_numpy().tolist()))  # whole rows, never a mixture


def test_a_war_without_an_explanation_is_given_the_same_draw(tmp_path):
    dice = np.random.default_rng(1)
    names = ["fear.strength", "pledge.strength"]
    where = fit(tmp_path / "a", pd.DataFrame(dice.uniform(0.1, 0.9, (30, 2)), columns=names))
    with_fear, without = values(where), values(where, CHOSEN[1:])
    assert (with_fear["pledge"]["strength"] == without["pledge"]["strength"]).all()
