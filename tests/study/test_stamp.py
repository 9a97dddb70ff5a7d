"""A run or fit goes on only where numbers come out as where it began, to the last bit."""

from datetime import date

import pytest

from holdfast.study import CallError, Request, load
from holdfast.study.fit_store import MANIFEST as FIT
from holdfast.study.fit_store import begin, read_manifest, resume_fit
from holdfast.study.machine import device
from holdfast.study.manifest import write_sealed
from holdfast.study.simulate import prepare
from holdfast.study.stamp import differences, stamp
from holdfast.study.store import DECIDING, MANIFEST, check_begun_here, new_folder, open_folder

OTHERS = {
    "another jaxlib": ({"jaxlib": "0.1"}, "jaxlib 0.1"),
    "another NumPy": ({"numpy": "1.0"}, "numpy 1.0"),
    "another Python": ({"python": "2.7"}, "python 2.7"),
    "other files": ({"files of holdfast": "0" * 12}, "files of holdfast 000000000000"),
    "another rounding": ({"XLA_FLAGS": "--xla_cpu_enable_fast_math=true"}, "XLA_FLAGS --xla_cpu"),
    "64 bits": ({"settings of JAX": "jax_enable_x64=True"}, "settings of JAX jax_enable_x64=True"),
}


@pytest.fixture(scope="module")
def ring():
    return load("ring")


@pytest.mark.parametrize(("other", "told"), OTHERS.values(), ids=OTHERS)
def test_a_run_begun_under_another_rounding_is_not_gone_on_with(ring, tmp_path, other, told):
    folder = new_folder(prepare(ring, Request(members=1)), tmp_path / "run", device())
    check_begun_here(open_folder(folder.path), device())
    assert "stamp" in DECIDING  # so that parts of the two do not fit each other either
    changed = {**folder.manifest, "stamp": {**stamp(), **other}}
    write_sealed(folder.path / MANIFEST, changed)
    with pytest.raises(CallError, match=f"begun with {told}.*here"):
        check_begun_here(open_folder(folder.path), device())


@pytest.mark.parametrize(("other", "told"), OTHERS.values(), ids=OTHERS)
def test_a_fit_begun_under_another_rounding_is_not_gone_on_with(ring, tmp_path, other, told):
    begin(tmp_path, ring, date(2001, 2, 5), "quick", 1)
    changed = {**read_manifest(tmp_path), "stamp": {**stamp(), **other}}
    write_sealed(tmp_path / FIT, changed)
    with pytest.raises(CallError, match=f"begun with {told}.*here"):
        resume_fit(tmp_path)


def test_a_stamp_of_here_has_no_differences():
    assert differences(stamp(), stamp()) == ""
    assert all(isinstance(x, str) for x in stamp().values())
