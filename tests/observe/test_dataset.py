"""The observables carry what happened, with names, units and dates."""

import numpy as np

from holdfast.observe import MEANINGS
from holdfast.vocabulary.words import Fate, Manner


def test_every_variable_says_what_it_means_and_in_which_unit(look, watcher):
    seen = look([[[0, 1]]], {"centres": watcher()})
    assert set(seen.data_vars) == set(MEANINGS)
    assert all(seen[name].attrs["long_name"] and seen[name].attrs["units"] for name in MEANINGS)


def test_days_are_dates_from_the_first_day_on(look, watcher):
    seen = look(np.zeros((1, 3, 2)), {"centres": watcher()})
    assert [str(day)[:10] for day in seen.day.values] == ["2021-05-01", "2021-05-02", "2021-05-03"]


def test_axes_follow_the_words_of_the_program(look, watcher):
    seen = look([[[0, 1]]], {"centres": watcher()})
    assert seen.fate.values.tolist() == list(Fate)
    assert seen.manner.values.tolist() == list(Manner)
    assert seen.mechanism.values.tolist() == ["fear", "pledge"]


def test_falls_by_manner_count_each_first_fall_once(look, watcher):
    seen = look(np.zeros((2, 1, 4)), {}, manner=np.array([[0, 1, 1, -1], [3, 3, 3, 2]]))
    assert seen.falls_by_manner.values.tolist() == [[1, 2, 0, 0], [0, 0, 1, 3]]


def test_a_war_nobody_watches_has_no_trackers(look):
    assert look([[[0, 1]]], {}).districts_held.shape == (1, 1, 0)
