"""What computes here."""

from __future__ import annotations

import platform
from pathlib import Path

import jax


def on_gpu() -> bool:
    """Whether a GPU computes here."""
    return jax.default_backend() == "gpu"


def device() -> str:
    """What computes here, in words."""
    found = jax.devices()[0]
    return f"{found.platform}: {found.device_kind}"


def processor() -> str:
    """The name of the processor here."""
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text("utf-8").splitlines() if listed.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def memory_to_be_had() -> float:
    """Bytes of memory that can be had here without swapping; infinite where nobody says."""
    listed = Path("/proc/meminfo")
    lines = listed.read_text("utf-8").splitlines() if listed.exists() else []
    found = [line.split()[1] for line in lines if line.startswith("MemAvailable")]
    return 1024.0 * int(found[0]) if found else float("inf")


def device_memory() -> float | None:
    """Bytes of memory of a GPU here; None of a processor."""
    said = jax.devices()[0].memory_stats() if on_gpu() else None
    return None if said is None else float(said["bytes_limit"])
