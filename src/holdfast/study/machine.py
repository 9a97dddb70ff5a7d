"""What computes here."""

from __future__ import annotations

import platform
import resource
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
    """Bytes of memory that can be had here without swapping, within what this process and its
    group are allowed; infinite where nobody says."""
    return max(min(_available(), _allowed_to_this_process(), _allowed_to_its_group()), 0.0)


def _available() -> float:
    return _said_in("/proc/meminfo", "MemAvailable:", float("inf"))


def _said_in(file: str, key: str, otherwise: float) -> float:
    """A number of kibibytes in a file of the kernel's, in bytes."""
    listed = Path(file)
    lines = listed.read_text("utf-8").splitlines() if listed.exists() else []
    found = [line.split()[1] for line in lines if line.startswith(key)]
    return 1024.0 * int(found[0]) if found else otherwise


def _allowed_to_this_process() -> float:
    """What is left of the limits of a shell (ulimit -v and -d)."""
    left = [float("inf")]
    for limit, key in ((resource.RLIMIT_AS, "VmSize:"), (resource.RLIMIT_DATA, "VmData:")):
        most, _ = resource.getrlimit(limit)
        if most != resource.RLIM_INFINITY:
            left.append(most - _said_in("/proc/self/status", key, 0.0))
    return min(left)


def _allowed_to_its_group(root: Path = Path("/sys/fs/cgroup")) -> float:
    """What is left of the limits of control groups, as containers and batch systems set them."""
    listed = Path("/proc/self/cgroup")
    left = [float("inf")]
    for line in listed.read_text("utf-8").splitlines() if listed.exists() else []:
        _, kinds, path = line.split(":", 2)
        if kinds not in ("", "memory"):
            continue
        top = root / kinds
        names = ("memory.max", "memory.current") if not kinds else OF_VERSION_1
        place = top / path.lstrip("/")
        for group in (place, *place.parents):
            if group.is_relative_to(top):
                left.append(_left_of_a_group(group, *names))
    return min(left)


OF_VERSION_1 = ("memory.limit_in_bytes", "memory.usage_in_bytes")


def _left_of_a_group(group: Path, most: str, used: str) -> float:
    """What a group has left; what it only keeps of files, it can give back."""
    try:
        limit, taken = ((group / name).read_text("utf-8").strip() for name in (most, used))
        told = (group / "memory.stat").read_text("utf-8").splitlines()
    except OSError:  # not a group that is limited, or not to be seen from here
        return float("inf")
    if not limit.isdigit():
        return float("inf")
    files = [int(line.split()[1]) for line in told if line.split()[:1] == ["inactive_file"]]
    return int(limit) - int(taken) + sum(files)


def device_memory() -> float | None:
    """Bytes of memory of a GPU here; None of a processor."""
    said = jax.devices()[0].memory_stats() if on_gpu() else None
    return None if said is None else float(said["bytes_limit"])
