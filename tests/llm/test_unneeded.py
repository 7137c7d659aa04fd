"""Libraries kept out of an import."""

from __future__ import annotations

import sys
import threading

import pytest

from factcheck.llm.unneeded import kept_out


def test_a_module_is_absent_inside_and_back_after(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inside, the import fails; afterwards it works, whatever happened inside."""
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    with pytest.raises(ModuleNotFoundError), kept_out("wave"):
        import wave
    import wave

    assert wave.__name__ == "wave"


def test_a_loaded_module_stays() -> None:
    """What is loaded already can be used inside."""
    with kept_out("json"):
        import json
    assert json.loads("1") == 1


def test_a_thread_waits_until_another_lets_a_library_in_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one thread keeps out is there for the next thread's block, which begins when the first has ended."""
    monkeypatch.delitem(sys.modules, "wave", raising=False)
    inside, found = threading.Event(), list[bool]()

    def other() -> None:
        inside.wait(5)
        with kept_out("ftplib"):
            found.append(sys.modules.get("wave", True) is not None)

    thread = threading.Thread(target=other)
    thread.start()
    with kept_out("wave"):
        inside.set()
        thread.join(0.05)
        assert found == []
    thread.join(5)
    assert found == [True]
