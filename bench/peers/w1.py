"""W1, surrender by threshold contagion: what Holdfast and its peers all simulate and report.

N soldiers in units of 40; districts of 10 units on a ring. A soldier draws once a resolve from a
logistic distribution. Each day, from the state at its start, each unit feels

    pull = -3 + 1.5 * (share of the unit gone)
              + 3.0 * (mean share gone in the own district and its two neighbours)
              + 4 * day / 100

A present soldier leaves if the pull is above his resolve; otherwise he dies with hazard 0.001.
'Gone' counts those who left, not the dead. Present soldiers are recorded by district and day.
"""

import argparse
import json
import math
import resource
import time
from collections.abc import Callable

DAYS = 100
UNIT_SIZE = 40
DISTRICT_UNITS = 10
DISTRICT_SIZE = UNIT_SIZE * DISTRICT_UNITS
RESOLVE_MEAN, RESOLVE_SCALE = 2.0, 1.0
START, UNIT_WEIGHT, RING_WEIGHT, RAMP = -3.0, 1.5, 3.0, 4.0
DEATH_HAZARD = 0.001
P_DEATH = -math.expm1(-DEATH_HAZARD)

Simulate = Callable[[], tuple[int, int, int]]  # runs all days; left, dead, soldier-days served


def measure(
    peer: str,
    version: str,
    build: Callable[[int, int], Simulate],
    bytes_per_agent_step: float | None = None,
) -> None:
    """Times one simulation in this process and prints what was measured as one JSON object.

    Building the model is timed apart from simulating, since it is paid once a model and not once
    a day. Agent-steps count every soldier every day, those who are gone too. A peer that knows how
    many bytes it moves for each can say so, and is then compared with the bandwidth.
    """
    arguments = argparse.ArgumentParser(description=f"W1 in {peer}")
    arguments.add_argument("--n", type=int, default=400_000, help="soldiers, a multiple of 400")
    arguments.add_argument("--seed", type=int, default=1)
    chosen = arguments.parse_args()
    if chosen.n < 3 * DISTRICT_SIZE or chosen.n % DISTRICT_SIZE:
        arguments.error(
            f"--n {chosen.n}: give a multiple of {DISTRICT_SIZE}, three times it or more"
        )

    before = time.perf_counter()
    simulate = build(chosen.n, chosen.seed)
    built, built_cpu = time.perf_counter(), time.process_time()
    left, dead, served = simulate()
    seconds, cpu_seconds = time.perf_counter() - built, time.process_time() - built_cpu
    result = {
        "peer": peer,
        "version": version,
        "n": chosen.n,
        "days": DAYS,
        "seed": chosen.seed,
        "build_seconds": built - before,
        "seconds": seconds,
        "cpu_seconds": cpu_seconds,
        "agent_steps_per_second": chosen.n * DAYS / seconds,
        "bytes_per_agent_step": bytes_per_agent_step,
        "peak_memory_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "left": left / chosen.n,
        "dead": dead / chosen.n,
        "served": served / (chosen.n * DAYS),
    }
    print(json.dumps(result))
