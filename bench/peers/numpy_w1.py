"""W1 in NumPy as one writes it: a mask of who is present, dice for all, every array used again."""

import numpy as np

import w1


def build(n: int, seed: int) -> w1.Simulate:
    """Draws the soldiers and returns the simulation of their hundred days."""
    dice = np.random.default_rng(seed)
    n_units, n_districts = n // w1.UNIT_SIZE, n // w1.DISTRICT_SIZE
    resolve = dice.logistic(w1.RESOLVE_MEAN, w1.RESOLVE_SCALE, (w1.UNIT_SIZE, n_units))
    resolve = resolve.astype(np.float32)  # [soldier of the unit, unit]: sums run along memory

    def simulate() -> tuple[int, int, int]:
        here = np.ones(resolve.shape, bool)
        leaves, dies = np.empty_like(here), np.empty_like(here)
        roll = np.empty_like(resolve)
        gone = np.zeros(n_units)
        present = np.empty((w1.DAYS, n_districts), np.int32)
        for day in range(w1.DAYS):
            district = gone.reshape(n_districts, -1).mean(axis=1) / w1.UNIT_SIZE
            ring = (np.roll(district, 1) + district + np.roll(district, -1)) / 3
            pull = w1.START + w1.UNIT_WEIGHT / w1.UNIT_SIZE * gone + w1.RAMP * day / 100
            pull += w1.RING_WEIGHT * np.repeat(ring, w1.DISTRICT_UNITS)
            np.less(resolve, pull.astype(np.float32), out=leaves)
            leaves &= here
            dice.random(out=roll, dtype=np.float32)
            np.less(roll, w1.P_DEATH, out=dies)
            gone += np.add.reduce(leaves.view(np.uint8), axis=0)
            dies |= leaves
            np.greater(here, dies, out=here)
            unit_here = np.add.reduce(here.view(np.uint8), axis=0)
            present[day] = unit_here.reshape(n_districts, -1).sum(axis=1)
        left = int(gone.sum())
        return left, n - left - int(present[-1].sum()), int(present.sum())

    return simulate


if __name__ == "__main__":
    w1.measure("NumPy, plain", np.__version__, build)
