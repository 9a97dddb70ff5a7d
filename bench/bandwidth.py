"""Measures how fast this machine moves memory: the limit beside which the engine is read.

A program that reads b bytes a soldier and day cannot make more agent-steps a second than the
bandwidth divided by b. Reading is a reduction; copying counts each byte twice, read and written.
The large array fits no cache, the small one fits the second level. The best of several tries is the
bandwidth: whatever else runs on the machine only ever takes away from it.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np

LARGE = 512 << 20  # bytes
SMALL = 512 << 10
TRIES = 7


def best_seconds(work: Callable[[], object]) -> float:
    """The shortest of several tries, after one that warms up."""
    work()
    taken = []
    for _ in range(TRIES):
        before = time.perf_counter()
        work()
        taken.append(time.perf_counter() - before)
    return min(taken)


def numpy_read(threads: int, size: int) -> float:
    """Bytes a second that NumPy reads; `size` is what each thread has."""
    repeats = max(1, LARGE // size // 8)
    parts = [np.ones(size // 8, np.int64) for _ in range(threads)]

    def read(part: np.ndarray) -> None:
        for _ in range(repeats):
            np.bitwise_or.reduce(part)  # a sum of floats would measure the adder

    with ThreadPoolExecutor(threads) as pool:
        seconds = best_seconds(lambda: list(pool.map(read, parts)))
    return threads * repeats * size / seconds


def numpy_copy(threads: int) -> float:
    """Bytes a second that NumPy reads and writes, from one large array to another."""
    share = LARGE // 8 // threads
    pairs = [(np.ones(share), np.zeros(share)) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        seconds = best_seconds(
            lambda: list(pool.map(lambda pair: np.copyto(pair[1], pair[0]), pairs))
        )
    return 2 * LARGE / seconds


def jax_read() -> float:
    """Bytes a second that JAX reads in a sum, with as many threads as XLA takes."""
    array = jnp.ones(LARGE // 4, jnp.int32)
    total = jax.jit(jnp.sum)
    return LARGE / best_seconds(lambda: total(array).block_until_ready())


def jax_shift() -> float:
    """Bytes a second that JAX reads and writes, shifting a large array in place."""
    array = jnp.ones(LARGE // 4, jnp.int32)
    shift = jax.jit(lambda a: a + 1, donate_argnums=0)  # in place: no fresh pages to fault in

    def shift_in_place() -> None:
        nonlocal array
        array = shift(array).block_until_ready()

    return 2 * LARGE / best_seconds(shift_in_place)


def main() -> None:
    """Prints all bandwidths as one JSON object, in GB/s."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    bytes_a_second = {
        "read_one_core": numpy_read(1, LARGE),
        "read_two_cores": numpy_read(2, LARGE // 2),
        "read_one_core_in_cache": numpy_read(1, SMALL),
        "read_two_cores_in_cache": numpy_read(2, SMALL),
        "copy_one_core": numpy_copy(1),
        "copy_two_cores": numpy_copy(2),
        "jax_read": jax_read(),
        "jax_shift": jax_shift(),
    }
    result = {"cores": os.cpu_count(), "jax": jax.__version__}
    print(json.dumps(result | {k: round(v / 1e9, 2) for k, v in bytes_a_second.items()}))


if __name__ == "__main__":
    main()
