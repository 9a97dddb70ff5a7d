"""Numbers of soldiers as a source gives them, who sees a share of them and rounds."""

import numpy as np


def reported(
    count: np.ndarray, share: float, spread: float, rng: np.random.Generator, round_to: int = 1
) -> np.ndarray:
    """What a source would report of true counts: negative binomial around `share` x count.

    With mean m = share x count the variance is m + m^2 `spread`^2, so `spread` is the
    coefficient of variation of what large counts are told as; 0 leaves Poisson noise. A share
    above 1 is a source that inflates. `round_to` heaps reports on its multiples. The caller
    brings the dice: the same generator gives the same reports.
    """
    mean = share * np.asarray(count, float)
    if spread > 0:
        mean = mean * rng.gamma(spread**-2, spread**2, mean.shape)
    return round_to * np.rint(rng.poisson(mean) / round_to).astype(int)
