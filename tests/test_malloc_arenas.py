"""The memory of many threads comes from few heaps."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.malloc_arenas import few_arenas

# Threads that all hold memory at once; glibc then tells in XML how many heaps there are.
COUNT = """
import ctypes, threading
from bot.malloc_arenas import few_arenas
if {few}: assert few_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype, held = ctypes.c_void_p, threading.Barrier(12)
def hold():
    held.wait()
    block = libc.malloc(1000)
    held.wait()
    libc.free(ctypes.c_void_p(block))
threads = [threading.Thread(target=hold) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info(0, ctypes.c_void_p(libc.fdopen(1, b"w")))
libc.fflush(None)
"""


def heaps(*, few: bool) -> int:
    told = subprocess.run([sys.executable, "-c", COUNT.format(few=few)], capture_output=True, text=True, check=True)
    return told.stdout.count("<heap nr=")


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc has arenas")
def test_there_are_two_where_there_would_be_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MALLOC_ARENA_MAX", raising=False)
    assert heaps(few=False) > 2
    assert heaps(few=True) <= 2


def test_what_somebody_chose_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "4")
    assert not few_arenas()
