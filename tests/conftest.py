"""What all tests share: programs that JAX has compiled, kept between processes and runs.

A program is the same whether it was compiled now or read from the cache, whose key is its text,
its options and the version of JAX; without the cache every worker and every started command
compiles the same wars anew, which takes most of the suite's time.
"""

import os
from pathlib import Path

from hypothesis import settings

os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parents[1] / ".jax_cache"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

# How long an example takes says how busy the machine is: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
