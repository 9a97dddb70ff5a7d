"""Whole wars from the first day, kept on disk, and what the record would have told of them."""

import io
import sys

import jax
import numpy as np

from holdfast.engine.run import Plan, keys
from holdfast.infer.likelihood import FAR, MISDATED, NEAR
from holdfast.study.evidence import FLOWS
from holdfast.study.simulate import chunks, fight_as_drawn
from holdfast.study.store import write_whole
from holdfast.vocabulary.words import Fate

BLOCK = 100
WEEKS, LAST_DAYS = range(28, 107, 7), range(97, 108)


def fought(fit, z, seed, first):
    """Day of each district's first fall [B, D] and the counts of soldiers [B, R] of whole wars."""
    model, days = fit.model, fit.scenario.names.days
    values, plan = model.many(z), Plan(days, reasons=False)
    drawn = lambda at: (keys(seed, first + at), jax.tree.map(lambda x: x[at], values))  # noqa: E731
    parts = []
    for war in fight_as_drawn(model.theatre, model.mechanisms, plan, chunks(len(z)), drawn):
        falls = np.where(np.asarray(war.held_at_start) > 0, -1.0, war.first_fall)
        parts.append((falls.astype(np.float32), counted(fit.found, war)))
    return [np.concatenate(x) for x in zip(*parts, strict=True)]


def counted(found, war):
    """Counts of soldiers as the record counts them, [B, R]."""
    killed_here = found.flows[:, FLOWS.index("killed")] > 0
    assert found.places[killed_here].all(), "men killed are kept for the nation only"
    rows = np.arange(len(found.spans))

    def since(total):
        total = np.concatenate([0 * total[:, :1], total], 1)
        first, last = found.spans.astype(int).clip(0, total.shape[1] - 1).T
        return total[:, last, rows] - total[:, first, rows]

    killed = np.asarray(war.fates, float)[:, :, [list(Fate).index(Fate.KILLED)] * len(rows)]
    at = lambda flow: np.asarray(flow, float) @ found.places.T  # noqa: E731
    flows = {"surrendered": at(war.surrendered), "abroad": at(war.abroad), "killed": killed}
    return sum(found.flows[:, k] * since(flows[name]) for k, name in enumerate(FLOWS))


def wars(fit, stage, seed, z, work):
    """Falls and counts of the wars of draws `z`, from files where they are there."""
    parts = []
    for block in range(len(z) // BLOCK):
        file, at = work / f"{stage}-{block:04d}.npz", slice(block * BLOCK, (block + 1) * BLOCK)
        if file.exists():
            with np.load(file) as kept:
                if np.array_equal(kept["z"], z[at]):
                    parts.append((kept["falls"], kept["told"]))
                    continue
        print(f"{stage}: wars {at.start} to {at.stop} of {len(z)}", file=sys.stderr, flush=True)
        falls, told = fought(fit, z[at], seed, block * BLOCK)
        data = io.BytesIO()
        np.savez_compressed(data, z=z[at], falls=falls, told=told)
        write_whole(file, data.getvalue())
        parts.append((falls, told))
    return [np.concatenate(x) for x in zip(*parts, strict=True)]


class Shape:
    """Summaries in the shape in which the record is known.

    On the last evening of each week, the square root of the number of districts fallen in each
    region and in the nation, among those of which the record says on which side they were that
    evening; the same of capitals on the last days; the log of each count of soldiers.
    """

    def __init__(self, fit):
        """From the record of a fit."""
        scenario, found = fit.scenario, fit.found
        self.after, self.by, counts = (np.asarray(x) for x in found.dated)
        region, use = scenario.tables.districts["region"].to_numpy(), counts > 0.5
        regions = [str(r) for r in np.unique(region)]
        self.weekly = np.stack([*(use & (region == r) for r in regions), use]).astype(float)
        self.capital = (np.asarray(scenario.theatre.capital) > 0)[None].astype(float)
        self.used, self.days = found.told.counts > 0, scenario.names.days
        self.low, self.high = (np.log1p(x[self.used]) for x in found.told[:2])
        self.doubt = found.told.doubt[self.used]
        self.names = [f"districts day {d} {r}" for d in WEEKS for r in (*regions, "nation")]
        self.names += [f"capitals day {d}" for d in LAST_DAYS]
        self.names += [f"count {i}" for i in found.count_ids]
        self.shown = [i for i, n in enumerate(self.names) if "nation" in n or "day" not in n]
        self.shown += [i for i, n in enumerate(self.names) if n.startswith("capitals")]

    def _falls(self, falls):
        rows = [(d, self.weekly) for d in WEEKS] + [(d, self.capital) for d in LAST_DAYS]
        return np.concatenate([
            np.sqrt(((falls <= day) & ((self.after >= day) | (self.by <= day))) @ zones.T)
            for day, zones in rows
        ], 1)  # fmt: skip

    def of_wars(self, falls, told, rng):
        """Of wars, with the errors of a record that the likelihood allows for, [B, S]."""
        any_day = rng.uniform(0, self.days, falls.shape)
        falls = np.where(rng.random(falls.shape) < MISDATED, any_day, falls)
        told = np.log1p(told[:, self.used])
        spread = np.where(rng.random(told.shape) < self.doubt, FAR, NEAR)
        spread = np.hypot(spread, 0.5 * (self.high - self.low))
        return np.concatenate(
            [self._falls(falls), told + spread * rng.standard_normal(told.shape)], 1
        )

    def of_record(self):
        """Of the record, [S]."""
        return np.append(self._falls(self.by[None])[0], 0.5 * (self.low + self.high))

    def plain(self, raw):
        """Summaries as numbers of districts and soldiers."""
        n = len(self.low)
        return np.concatenate([raw[..., :-n] ** 2, np.expm1(raw[..., -n:]).clip(0)], -1)
