"""The budgets of the design: afghanistan-2021 with all mechanisms, and the whole command."""

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import jax
import numpy as np

from holdfast.engine.run import compile_members, keys
from holdfast.study import Request, load
from holdfast.study.simulate import prepare, values


def one_member(repeats: int = 7) -> dict[str, float]:
    """Seconds to compile, seconds of one war once compiled, and soldiers present."""
    war = prepare(load(), Request(members=1))
    run = compile_members(war.theatre, war.mechanisms, war.plan, side_by_side=False)
    ask = keys(1, np.arange(1)), values(war, np.arange(1))
    started = time.perf_counter()
    present = int(np.asarray(jax.block_until_ready(run(*ask)).present).sum())
    first = time.perf_counter() - started
    seconds = []
    for _ in range(repeats):
        started = time.perf_counter()
        jax.block_until_ready(run(*ask))
        seconds.append(time.perf_counter() - started)
    middle = statistics.median(seconds)
    return {
        "member_first_s": first,
        "member_s": middle,
        "soldiers": present,
        "agent_steps_per_second": present * war.plan.days / middle,
        "places_per_second": war.theatre.paper.size * 40 * war.plan.days / middle,
    }


def whole_command() -> float:
    """Seconds of `holdfast run`, 100 members, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, "-m", "holdfast", "run", "--out", f"{folder}/run"]
        started = time.perf_counter()
        subprocess.run(call, check=True, stdout=subprocess.DEVNULL)
        return time.perf_counter() - started


def import_seconds() -> float:
    """Seconds that `import holdfast` takes beside an empty Python."""

    def spent(code: str) -> float:
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - started

    return max(0.0, spent("import holdfast") - spent("pass"))


if __name__ == "__main__":
    found = one_member() | {"command_s": whole_command(), "import_s": import_seconds()}
    found["peak_memory_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(found))
