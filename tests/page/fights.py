"""Made-up wars that a spawned worker can import: how many, how slow and how they end is asked.

The seed says what happens: 0 a plain war, `SLOW` a part every 20 ms, the others go wrong.
"""

import sys
import time
from base64 import b64encode
from pathlib import Path

import numpy as np

SLOW, STUCK, WRONG, BROKEN, EMPTY, TELLING, INFINITE = 1, 2, 3, 4, 5, 6, 7
DISTRICTS, DAYS = 3, 4
HOSTILE = '</script><script>alert("{{data}}")</script>\u2028'
NAMES = ("Seat", HOSTILE, "East/West")


def fight(argument, asked):
    """Parts of a war of `members`, one member each."""
    of, seed = asked["members"], asked["seed"]
    if seed == WRONG:
        raise ValueError("no such war can be fought")
    if seed == EMPTY:
        return
    try:
        for members in range(1, of + 1):
            if seed in (SLOW, TELLING):
                time.sleep(0.02)
            if seed == STUCK:
                time.sleep(60)
            if seed == BROKEN and members == 2:
                raise RuntimeError("the dice are lost")
            seconds = float("inf") if seed == INFINITE else 0.1
            yield part(argument, members, of, asked) | {"seconds": seconds}
    finally:
        if seed == TELLING:
            Path(argument).write_text("closed")


class Unborn:
    """A fight that cannot be loaded where it should be fought."""

    def __call__(self, argument, asked):
        return iter(())

    def __reduce__(self):
        return sys.exit, (3,)


def grid(high):
    return b64encode(bytes(i % high for i in range(DISTRICTS * DAYS))).decode()


def part(argument, members, of, asked):
    push = np.full((DISTRICTS, 2, 3), -128, np.int8)
    push[1] = [[1, 2, -3], [4, 5, -128]]
    return {
        "id": "its own", "version": "0", "seed": asked["seed"], "members": members, "of": of,
        "parameters": "default", "world": argument, "made": "2026-01-01", "seconds": 0.1,
        "asked": dict(asked), "forecast_from": None,
        "states": grid(3), "fallen": grid(100), "held": grid(100),
        "curves": [{"tracker": "lwj", "of": "districts_held", "bands": [[0.0] * DAYS] * 5}],
        "falls": [0.5] * DAYS,
        "soldiers": {"names": ["serving", "killed"], "mean": [[1.0] * DAYS] * 2},
        "fates": [["surrendered to the pledge", [1, 0, 2], None]],
        "districts": [[50, 1, 2, None, [100, 0, 0, 0], members, members // 2]] * DISTRICTS,
        "why": [["pledge", 0.5, 0.1, 0.9]], "weeks": [0, 7],
        "pushers": ["attrition", "pledge", "chance"], "step": 0.05, "push": push,
        "collapsed": 0, "collapse_likely": [0, 71], "collapse_words": "of toy wars",
        "inside": [["Long War Journal", 5, 9]], "parameters_more": "", "warning": "",
        "beside": [{
            "tracker": "lwj", "title": "Long War Journal", "rows": 9, "inside": 5, "fitted": 0,
            "width": 0.4, "scored": 9, "crps": 3.0, "last_count_crps": None, "at_least": 1,
            "at_least_agree": 1, "claims": 0,
        }],
        "in_sample": {"rows": 0, "of": 9, "ids": [], "words": ""},
        "not_scored": [{"id": "t01", "kind": "claim", "agrees": False}],
        "roll": 100, "known_wrong": ["It is a toy."],
    }  # fmt: skip


def check(asked):
    full = {"members": 3, "seed": 0, "strengths": {}, "series": {}, "set": "default", **asked}
    if not 1 <= full["members"] <= 1000:
        raise ValueError(f"members '{full['members']}': give a whole number from 1 to 1000")
    unknown = set(full["strengths"]) - {"pledge"}
    if unknown:
        raise ValueError(f"'{sorted(unknown)[0]}' is no explanation; allowed: pledge")
    return full


def theatre():
    places = [
        {"id": name if i == 2 else f"D{i}", "name": name, "province": "P",
         "capital": int(i == 0), "path": None, "mark": None,
         "record": [{"day": 1, "to": "insurgent", "how": "assault", "by": "s", "sure": "low"}]}
        for i, name in enumerate(NAMES)
    ]  # fmt: skip
    return {
        "format": 1, "version": "0.1.0", "scenario": "toy", "hash": "0" * 16, "title": HOSTILE,
        "summary": "A toy. " * 200, "start": "2021-05-01", "days": DAYS, "map": None,
        "known_wrong": ["It is a toy."], "districts": places,
        "trackers": [], "record": [], "calendar": [], "series": [],
        "mechanisms": [{"name": "pledge"}],
        "presets": [], "claims": [], "afterwards": [], "verdicts": None,
        "limits": {"members": [1, 1000], "seed": [0, 2**32 - 1]},
    }  # fmt: skip
