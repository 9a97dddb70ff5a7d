"""Whatever the environment asks of JAX, a call gives the same war to the bit, or says why not."""

import hashlib
import os
import subprocess
import sys

import jax
import numpy as np
import pytest
import xarray as xr

from holdfast.study import CallError, Request, load
from holdfast.study.simulate import prepare
from holdfast.vocabulary import rounding
from holdfast.vocabulary.rounding import SETTINGS, as_tested, flags, settings

SAME = {
    "nothing": {},
    "64 bits": {"JAX_ENABLE_X64": "1"},
    "64 bits, misspelt": {"JAX_ENABLE_X64": "maybe"},
    "no compiling": {"JAX_DISABLE_JIT": "1", "JAX_DISABLE_MOST_OPTIMIZATIONS": "1"},
    "stops at NaN": {"JAX_DEBUG_NANS": "1", "JAX_DEBUG_INFS": "1"},
    "strict": {"JAX_NUMPY_DTYPE_PROMOTION": "strict", "JAX_NUMPY_RANK_PROMOTION": "raise"},
    "other dice": {"JAX_DEFAULT_PRNG_IMPL": "rbg", "JAX_THREEFRY_PARTITIONABLE": "0",
                   "JAX_RANDOM_SEED_OFFSET": "3"},
    "coarse": {"JAX_DEFAULT_MATMUL_PRECISION": "bfloat16"},
    "two devices": {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"},
    "one thread": {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false"
                   " intra_op_parallelism_threads=1"},
    "on a processor": {"JAX_PLATFORMS": "cpu"},
}  # fmt: skip
REFUSED = {
    "fast": {"XLA_FLAGS": "--xla_cpu_enable_fast_math=true"},
    "fast, among others": {
        "XLA_FLAGS": "--xla_force_host_platform_device_count=2 --xla_cpu_enable_fast_math=true"
    },
    "unknown": {"XLA_FLAGS": "--no_such_flag"},
    "a file": {"XLA_FLAGS": "/no/such/file"},
    "a number that is none": {"XLA_FLAGS": "--xla_force_host_platform_device_count=two"},
    "nowhere": {"JAX_PLATFORMS": "no-such-device"},
    "not here": {"JAX_PLATFORMS": "tpu"},
    "a word that is none": {"JAX_ENABLE_COMPILATION_CACHE": "maybe"},
}


def test_settings_are_here_as_tested():
    assert settings() == {}
    known = jax.config.values
    assert set(SETTINGS) <= set(known)


@pytest.mark.parametrize("asked", SAME.values(), ids=SAME)
def test_what_would_decide_a_number_is_taken_out_of_the_environment(asked):
    environ = {"HOME": "/home", "JAX_COMPILATION_CACHE_DIR": "/cache", **asked}
    assert as_tested(environ) == ""
    assert not {name.lower() for name in environ} & set(SETTINGS)
    assert environ["HOME"] == "/home"
    assert environ["JAX_COMPILATION_CACHE_DIR"] == "/cache"


def test_flags_that_may_decide_a_number_are_told_from_those_that_do_not():
    harmless = "--xla_dump_to=/x --xla_dump_hlo_as_text --xla_gpu_cuda_data_dir=/opt/cuda"
    assert flags({"XLA_FLAGS": harmless}) == flags({}) == ""
    assert flags({"XLA_FLAGS": f"--a {harmless} --b=1"}) == "--a --b=1"
    said = as_tested({"XLA_FLAGS": "--xla_cpu_enable_fast_math=true"})
    assert "unset XLA_FLAGS" in said


def test_a_notebook_that_set_jax_up_otherwise_is_refused_before_anything_is_computed(monkeypatch):
    ring = load("ring")
    monkeypatch.setattr(rounding, "SETTINGS", {**SETTINGS, "jax_enable_x64": True})
    with pytest.raises(CallError, match=r"jax_enable_x64 of JAX: 'False'.*unset JAX_ENABLE_X64"):
        prepare(ring, Request(members=1))
    monkeypatch.undo()
    monkeypatch.setenv("XLA_FLAGS", "--xla_cpu_enable_fast_math=true")
    with pytest.raises(CallError, match="XLA_FLAGS: '--xla_cpu_enable_fast_math=true'"):
        prepare(ring, Request(members=1))


def run(out, environment, *more):
    """A real run of the ring, in a process of its own."""
    plain = {n: x for n, x in os.environ.items() if n != "XLA_FLAGS"}
    call = [sys.executable, "-m", "holdfast", "run", *more, "--out", str(out)]
    done = subprocess.run(call, capture_output=True, text=True, env=plain | environment,
                          check=False, timeout=300)  # fmt: skip
    assert "Traceback" not in done.stderr
    return done


RING = ("ring", "--members", "4", "--until", "2001-01-20")


def bits(folder):
    data = xr.open_zarr(folder / "observables.zarr", consolidated=False)
    arrays = [np.asarray(data[name].to_numpy()) for name in sorted(map(str, data.variables))]
    plain = b"".join(x.tobytes() for x in arrays if x.dtype.kind in "iufb")
    return hashlib.sha256(plain).hexdigest()


@pytest.fixture(scope="module")
def as_ever(tmp_path_factory):
    out = tmp_path_factory.mktemp("run") / "plain"
    assert run(out, {}, *RING).returncode == 0
    return bits(out)


@pytest.mark.slow
@pytest.mark.parametrize("asked", SAME.values(), ids=SAME)
def test_the_same_war_is_fought_in_any_environment(as_ever, asked, tmp_path):
    done = run(tmp_path / "run", asked, *RING)
    assert done.returncode == 0, done.stderr
    assert bits(tmp_path / "run") == as_ever


@pytest.mark.slow
@pytest.mark.parametrize("asked", REFUSED.values(), ids=REFUSED)
def test_an_environment_that_cannot_be_used_is_named_and_nothing_is_written(asked, tmp_path):
    done = run(tmp_path / "run", asked, *RING)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert all(name in done.stderr for name in asked)
    assert not (tmp_path / "run").exists()
