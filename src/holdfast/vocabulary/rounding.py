"""How JAX computes here: as it was tested, whatever the environment asks of JAX for other programs.

Settings of JAX and flags of its compiler round differently, draw differently, or stop at numbers
that are meant to be there. A call must give the same war wherever it is made, so the program's own
processes take no notice of the variables by which JAX is set up, and flags of the compiler that
may decide a number are refused. Imports no JAX.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, MutableMapping
from enum import Enum
from typing import Any

SETTINGS: Mapping[str, Any] = {
    "jax_enable_x64": False,
    "jax_default_matmul_precision": None,
    "jax_default_prng_impl": "threefry2x32",
    "jax_threefry_partitionable": True,
    "jax_threefry_gpu_kernel_lowering": False,
    "jax_random_seed_offset": 0,
    "jax_high_dynamic_range_gumbel": False,
    "jax_numpy_dtype_promotion": "standard",
    "jax_numpy_rank_promotion": "allow",
    "jax_softmax_custom_jvp": False,
    "jax_disable_jit": False,
    "jax_disable_most_optimizations": False,
    "jax_optimization_level": "UNKNOWN",
    "jax_exec_time_optimization_effort": 0.0,
    "jax_debug_nans": False,
    "jax_debug_infs": False,
    "jax_error_checking_behavior_nan": "ignore",
    "jax_error_checking_behavior_divide": "ignore",
    "jax_error_checking_behavior_oob": "ignore",
    "jax_no_execution": False,
}
"""Settings that decide numbers, or whether there are any, as every test runs with them."""

LISTENED_TO = (
    "JAX_PLATFORMS", "JAX_PLATFORM_NAME", "JAX_CUDA_VISIBLE_DEVICES", "JAX_ROCM_VISIBLE_DEVICES",
    "JAX_COMPILATION_CACHE", "JAX_PERSISTENT_CACHE", "JAX_ENABLE_COMPILATION_CACHE",
    "JAX_RAISE_PERSISTENT_CACHE_ERRORS", "JAX_LOG", "JAX_DEBUG_LOG", "JAX_DUMP",
    "JAX_TRACEBACK_FILTERING",
)  # fmt: skip
"""How variables begin that say where to compute, what to keep and what to tell, not how."""

PLATFORMS = ("JAX_PLATFORMS", "JAX_PLATFORM_NAME")

FLAGS = "XLA_FLAGS"
HARMLESS = re.compile(
    r"--xla_force_host_platform_device_count=\d+|--xla_cpu_multi_thread_eigen=(true|false)"
    r"|intra_op_parallelism_threads=\d+|--xla_gpu_cuda_data_dir=.+"
    r"|--xla_dump_to=.+|--xla_dump_hlo_as_(text|proto|html)(=(true|false))?"
)
"""Flags of the compiler that change no number: where it looks and writes, and how many threads."""


def flags(environ: Mapping[str, str]) -> str:
    """Flags of the compiler that may decide a number, as the environment gives them."""
    return " ".join(f for f in environ.get(FLAGS, "").split() if not HARMLESS.fullmatch(f))


def settings() -> dict[str, str]:
    """Settings of JAX here that are not as tested, by name; none where JAX is not imported."""
    if "jax" not in sys.modules:
        return {}
    values = sys.modules["jax"].config.values
    found = {name: values.get(name, tested) for name, tested in SETTINGS.items()}
    plain = {name: x.value if isinstance(x, Enum) else x for name, x in found.items()}
    return {name: str(x) for name, x in plain.items() if x != SETTINGS[name]}


def as_tested(environ: MutableMapping[str, str]) -> str:
    """Make ready, in a process of the program's own, before JAX is imported.

    Takes out of the environment what JAX would compute differently by. Returns why nothing can be
    computed here, in words; empty if it can.
    """
    for name in [n for n in environ if n.startswith("JAX_") and not n.startswith(LISTENED_TO)]:
        del environ[name]
    if found := flags(environ):
        return (
            f"{FLAGS} is {found!r} here. With it the same call may give other numbers than without,"
            f" so nothing was computed. Take it out, or unset {FLAGS}, and call again."
        )
    wished = {n: environ[n] for n in environ if n.startswith("JAX_")}
    return _not_understood(wished) or _not_there(wished) if wished else ""


def _not_understood(wished: Mapping[str, str]) -> str:
    try:
        import jax  # noqa: F401
    except ValueError as e:
        return f"JAX does not understand the environment: {e}. Unset one of {', '.join(wished)}."
    return ""


def _not_there(wished: Mapping[str, str]) -> str:
    """That the environment asks for a device that is not here."""
    asked = [n for n in PLATFORMS if wished.get(n)]
    if not asked:
        return ""
    import jax

    try:
        jax.devices()
    except (RuntimeError, AssertionError):  # the latter where its plugin is not installed
        named = " and ".join(f"{n} is {wished[n]!r}" for n in asked)
        return f"{named}, but JAX finds no such device here. Unset {' and '.join(asked)}."
    return ""
