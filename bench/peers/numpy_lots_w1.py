"""W1 in NumPy with the lots of the soldiers drawn once: the array program to beat, on one thread.

The pull never falls, so who has gone is everyone whose resolve lies below today's pull: one
comparison and one sum of bytes a soldier and day, and nothing written when a soldier leaves. When
he would die is drawn once; on that day, if he is still there, his resolve becomes infinite: he
never leaves.
"""

import numpy as np

import w1


def build(n: int, seed: int) -> w1.Simulate:
    """Draws the soldiers and returns the simulation of their hundred days."""
    dice = np.random.default_rng(seed)
    n_units, n_districts = n // w1.UNIT_SIZE, n // w1.DISTRICT_SIZE
    resolve = dice.logistic(w1.RESOLVE_MEAN, w1.RESOLVE_SCALE, (w1.UNIT_SIZE, n_units))
    resolve = resolve.astype(np.float32)  # [soldier of the unit, unit]: sums run along memory
    death_day = dice.exponential(1 / w1.DEATH_HAZARD, n).astype(np.int32)
    dying = np.flatnonzero(death_day < w1.DAYS)
    dying = dying[np.argsort(death_day[dying], kind="stable")]
    dying_on = np.split(dying, np.searchsorted(death_day[dying], np.arange(1, w1.DAYS)))

    def simulate() -> tuple[int, int, int]:
        present = np.empty((w1.DAYS, n_districts), np.int32)
        gone, dead = np.zeros(n_units, np.uint8), np.zeros(n_units, np.uint8)
        leaves = np.empty(resolve.shape, bool)
        flat_resolve, flat_leaves = resolve.reshape(-1), leaves.reshape(-1)
        for day in range(w1.DAYS):
            district = gone.reshape(n_districts, -1).mean(axis=1) / w1.UNIT_SIZE
            ring = (np.roll(district, 1) + district + np.roll(district, -1)) / 3
            pull = w1.START + w1.UNIT_WEIGHT / w1.UNIT_SIZE * gone + w1.RAMP * day / 100
            pull += w1.RING_WEIGHT * np.repeat(ring, w1.DISTRICT_UNITS)
            np.less(resolve, pull.astype(np.float32), out=leaves)
            np.add.reduce(leaves.view(np.uint8), axis=0, out=gone)
            dies = dying_on[day][~flat_leaves[dying_on[day]]]
            flat_resolve[dies] = np.inf
            dead += np.bincount(dies % n_units, minlength=n_units).astype(np.uint8)
            here = w1.UNIT_SIZE - gone - dead
            present[day] = here.reshape(n_districts, -1).sum(axis=1)
        left = int(gone.sum())
        return left, n - left - int(present[-1].sum()), int(present.sum())

    return simulate


if __name__ == "__main__":
    # four bytes of resolve read, one byte of the comparison written and read again
    w1.measure("NumPy, lots drawn once", np.__version__, build, bytes_per_agent_step=6)
