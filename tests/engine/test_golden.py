"""One run is kept as it came out, so that nobody changes results without meaning to."""

import json
from pathlib import Path

import jax
import numpy as np
import pytest

from holdfast.vocabulary.words import Fate, Manner

GOLDEN = Path(__file__).with_name("golden_ring.json")
MEMBERS, SEED, DAYS = 20, 1, 60
ADVICE = """
The golden run of the ring came out differently. If you did not mean to change results, you have
found a mistake. If you did, put the summary below in tests/engine/golden_ring.json and say under
'Numbers change' in CHANGELOG.md by how much results move and why the new ones are better.

"""


def mean(x):
    return round(float(np.mean(x)), 3)


@pytest.fixture(scope="module")
def summary(wars, ring, values):
    v, held, serving = values(), [], []
    ends = []
    for member in range(MEMBERS):
        war = wars.start(ring, v, member, SEED)
        rows = []
        for _ in range(4):
            war = wars.go(war, v, DAYS // 4)
            s = war.state
            rows.append((int(s.held.sum()), int(s.serving.sum() + s.returned.sum())))
        held.append([row[0] for row in rows])
        serving.append([row[1] for row in rows])
        ends.append(jax.device_get(war.state))
    fates = np.stack([s.fates.sum(0) for s in ends])
    manner = np.stack([s.manner for s in ends])
    falls = np.stack([s.first_fall for s in ends])
    days = [f"day {15 * k}" for k in (1, 2, 3, 4)]
    return {
        "districts held": dict(zip(days, map(mean, zip(*held, strict=True)), strict=True)),
        "men serving": dict(zip(days, map(mean, zip(*serving, strict=True)), strict=True)),
        "men by fate": {f: mean(fates[:, k]) for k, f in enumerate(Fate)},
        "first falls by manner": {m: mean((manner == k).sum(1)) for k, m in enumerate(Manner)},
        "wars in which a district fell": {
            f"R{d + 1:02d}": int(np.isfinite(falls[:, d]).sum()) for d in range(12)
        },
        "retaken": mean([s.n_retaken.sum() for s in ends]),
        "assaults": mean([s.attacks.sum() for s in ends]),
        "visits of elders": mean([s.parleys.sum() for s in ends]),
        "killings of captives": mean([s.breaches.sum() for s in ends]),
        "fighters left": mean([s.fighters for s in ends]),
    }


def flat(nested):
    for name, x in nested.items():
        yield from flat(x) if isinstance(x, dict) else [(name, x)]


def test_the_golden_run_comes_out_as_it_did(summary):
    """To one man, district or event in twenty wars: rounding differs between processors."""
    kept = json.loads(GOLDEN.read_text())["summary"]
    advice = ADVICE + json.dumps(summary, indent=2)
    assert [name for name, _ in flat(kept)] == [name for name, _ in flat(summary)], advice
    off = {
        name: (was, now)
        for (name, was), (_, now) in zip(flat(kept), flat(summary), strict=True)
        if abs(was - now) > (1.0 if isinstance(was, int) else 0.051)
    }
    assert not off, f"{off}{advice}"


def test_everything_that_can_happen_happens_in_the_golden_run(summary):
    """Else a change of it would go unseen."""
    assert all(x > 0 for name, x in flat(summary) if not name.startswith("R"))
