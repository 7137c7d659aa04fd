"""What a long run gives back."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

_GIVEN_BACK = """
import ctypes, gc, sys
from factcheck.cli.memory import settle

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "a b c mapped e f g h i j".split()]

libc = ctypes.CDLL(None)
libc.mallinfo2.restype = Info
if sys.argv[1] == "settled":
    settle()
large = bytearray(30 << 20)
del large
before = libc.mallinfo2().mapped
report = bytearray(200_000)
print(gc.get_threshold()[0], libc.mallinfo2().mapped - before)
"""


def _has_mallinfo() -> bool:
    return sys.platform == "linux" and hasattr(ctypes.CDLL(None), "mallinfo2")


@pytest.mark.skipif(not _has_mallinfo(), reason="glibc 2.33 and later tell what they hold")
@pytest.mark.parametrize(("manner", "blocks"), [("settled", 1), ("as it comes", 0)])
def test_a_report_gets_a_block_that_is_given_back_also_after_a_larger_one(manner: str, blocks: int) -> None:
    """By itself glibc takes the size of what was freed as the one from which blocks are given back."""
    command = [sys.executable, "-c", _GIVEN_BACK, manner]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert int(told[1]) == blocks
    assert (int(told[0]) == 5_000) == (manner == "settled")
