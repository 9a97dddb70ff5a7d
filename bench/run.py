"""Runs every measurement several times, interleaved, and writes results.json and the tables.

One process a measurement, because a peer that keeps its old models slows its later ones down. The
rounds are interleaved so that a busy minute of the machine touches all alike; the median stands.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

BENCH = Path(__file__).parent
BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"
LAW_TOLERANCE = 4.0  # standard errors by which two programs of the same law may differ

Result = dict[str, Any]


class Work(NamedTuple):
    """One script to measure; it prints one JSON object as its last line."""

    name: str
    script: str
    n: int | None = None  # soldiers; a script with soldiers takes --n and --seed


# A new measurement is a line here. A script of peers/ calls `w1.measure` and is held to W1's law;
# any other prints what it likes and appears in results.json.
WORKS = (
    Work("bandwidth", "bandwidth.py"),
    Work("theatre", "theatre.py"),
    Work("holdfast", "peers/holdfast_w1.py", 400_000),
    Work("mesa", "peers/mesa_w1.py", 400_000),
    Work("numpy", "peers/numpy_w1.py", 400_000),
    Work("numpy lots", "peers/numpy_lots_w1.py", 400_000),
    Work("holdfast", "peers/holdfast_w1.py", 4_000_000),
    Work("numpy", "peers/numpy_w1.py", 4_000_000),
    Work("numpy lots", "peers/numpy_lots_w1.py", 4_000_000),
)

# Threads that wait must sleep: a spinning pool takes a core from the thread that is measured.
QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "OPENBLAS_NUM_THREADS": "1"}


def measure(work: Work, seed: int) -> Result:
    """Runs one script in a process of its own and returns what it printed."""
    call = [sys.executable, str(BENCH / work.script)]
    if work.n is not None:
        call += ["--n", str(work.n), "--seed", str(seed)]
    before = time.perf_counter()
    done = subprocess.run(call, capture_output=True, text=True, check=False, env=os.environ | QUIET)
    process_seconds = time.perf_counter() - before
    if done.returncode:
        raise SystemExit(f"{work.script} ended with {done.returncode}:\n{done.stderr}")
    printed = json.loads(done.stdout.splitlines()[-1])
    return {"work": work.name, "process_seconds": process_seconds} | printed


def measure_all(works: list[Work], rounds: int) -> list[list[Result]]:
    """All measurements, by work and round; no two share a seed, so that their dice are apart."""
    results: list[list[Result]] = [[] for _ in works]
    for turn in range(rounds):
        for place, work in enumerate(works):
            results[place].append(measure(work, seed=1 + turn + rounds * place))
            print(f"round {turn + 1} of {rounds}: {work.name} {work.n or ''}", file=sys.stderr)
    return results


def median(runs: list[Result], key: str) -> float:
    """The middle one of what the rounds measured."""
    return statistics.median(run[key] for run in runs)


def w1_runs(results: list[list[Result]]) -> list[list[Result]]:
    """The works that simulate W1: those that say how many left."""
    return [runs for runs in results if "left" in runs[0]]


def check_law(results: list[list[Result]]) -> list[str]:
    """Says which programs differ from plain NumPy in who left, died or served, beyond chance.

    The spread between seeds is pooled over the programs of the same size, since under one law they
    share it; five rounds of one program alone would estimate it badly.
    """
    differing = []
    w1 = w1_runs(results)
    for n in sorted({runs[0]["n"] for runs in w1}):
        same_size = [runs for runs in w1 if runs[0]["n"] == n]
        plain = next((runs for runs in same_size if runs[0]["work"] == "numpy"), None)
        if plain is None or len(plain) < 2:
            continue
        for fate in ("left", "dead", "served"):
            shares = {runs[0]["peer"]: [run[fate] for run in runs] for runs in same_size}
            spread = statistics.mean(statistics.variance(s) for s in shares.values()) ** 0.5
            error = spread * (2 / len(plain)) ** 0.5
            expected = statistics.mean(shares[plain[0]["peer"]])
            differing += [
                f"{peer}, {n} soldiers: {fate} {statistics.mean(s):.5f}, plain NumPy {expected:.5f}"
                for peer, s in shares.items()
                if abs(statistics.mean(s) - expected) > LAW_TOLERANCE * error
            ]
    return differing


def w1_table(results: list[list[Result]]) -> list[str]:
    """W1, a row a program: medians, and between which rounds the speed lay."""
    lines = [
        "| program | soldiers | million agent-steps a second (slowest to fastest round) | seconds "
        "| CPU seconds | to build | whole process | GB/s moved | MiB | left | dead | served |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for runs in sorted(w1_runs(results), key=lambda runs: (runs[0]["n"], median(runs, "seconds"))):
        first = runs[0]
        speeds = [run["agent_steps_per_second"] / 1e6 for run in runs]
        moved = first["bytes_per_agent_step"]
        lines.append(
            f"| {first['peer']} {first['version']} | {first['n']:,} "
            f"| {statistics.median(speeds):,.1f} ({min(speeds):,.1f} to {max(speeds):,.1f}) "
            f"| {median(runs, 'seconds'):.3g} | {median(runs, 'cpu_seconds'):.3g} "
            f"| {median(runs, 'build_seconds'):.2g} | {median(runs, 'process_seconds'):.2g} "
            f"| {f'{moved * statistics.median(speeds) / 1e3:.1f}' if moved else '–'} "
            f"| {median(runs, 'peak_memory_mib'):,.0f} "
            f"| {statistics.mean(run['left'] for run in runs):.4f} "
            f"| {statistics.mean(run['dead'] for run in runs):.4f} "
            f"| {statistics.mean(run['served'] for run in runs):.4f} |"
        )
    return lines


def bandwidth_table(results: list[list[Result]]) -> list[str]:
    """What the machine's memory moves."""
    runs = next((runs for runs in results if runs[0]["work"] == "bandwidth"), [])
    if not runs:
        return []
    kinds = [key for key in runs[0] if key.startswith(("read", "copy", "jax_"))]
    rows = [f"| {kind.replace('_', ' ')} | {median(runs, kind):.0f} |" for kind in kinds]
    return ["| memory | GB/s |", "|---|--:|", *rows]


BUDGETS = {
    "member_s": "one war of afghanistan-2021, compiled, seconds (budget 0.05)",
    "member_first_s": "the first one, compiling, seconds",
    "soldiers": "soldiers present in it (200,000 or more)",
    "agent_steps_per_second": "its soldier-steps a second (500 million)",
    "places_per_second": "the same, counting ghosts and empty places too",
    "command_s": "`holdfast run`, 100 wars, whole process, seconds (12)",
    "import_s": "`import holdfast`, seconds (0.5)",
}


def theatre_table(results: list[list[Result]]) -> list[str]:
    """The budgets of the design beside what was measured."""
    runs = next((runs for runs in results if runs[0]["work"] == "theatre"), [])
    if not runs:
        return []
    rows = [f"| {says} | {median(runs, key):,.3g} |" for key, says in BUDGETS.items()]
    return ["| budget | measured |", "|---|--:|", *rows]


def machine() -> Result:
    """What it was measured on, and how busy that was at the start."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    model = next((line.split(":")[1].strip() for line in lines if "model name" in line), "unknown")
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "load_at_start": os.getloadavg()[0],
    }


def write(results: list[list[Result]], rounds: int, where: Result, date: str) -> None:
    """Writes results.json, and the tables between the markers of README.md."""
    everything = {"date": date, "machine": where, "rounds": rounds, "measurements": results}
    (BENCH / "results.json").write_text(json.dumps(everything, indent=1) + "\n")
    said = (
        f"Measured on {date} on {where['cpu']}, {where['cores']} cores, Python {where['python']}, "
        f"load {where['load_at_start']:.1f} at the start; medians of {rounds} interleaved rounds."
    )
    table = [
        BEGIN,
        said,
        "",
        *w1_table(results),
        "",
        *theatre_table(results),
        "",
        *bandwidth_table(results),
        END,
    ]
    readme = BENCH / "README.md"
    before, rest = readme.read_text().split(BEGIN)
    readme.write_text(before + "\n".join(table) + rest.split(END)[1])


def main() -> int:
    """Measures, writes, and fails if two programs of the same law disagree."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", help="measure works whose name holds this; write nothing")
    chosen = arguments.parse_args()
    works = [work for work in WORKS if not chosen.only or chosen.only in work.name]
    where, date = machine(), datetime.now(UTC).date().isoformat()
    results = measure_all(works, chosen.rounds)
    if not chosen.only:
        write(results, chosen.rounds, where, date)
    print("\n".join([*w1_table(results), "", *theatre_table(results), *bandwidth_table(results)]))
    differing = check_law(results)
    for line in differing:
        print(f"Not the same law: {line}", file=sys.stderr)
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
