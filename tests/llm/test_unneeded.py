"""Libraries kept out of an import."""

from __future__ import annotations

import sys

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
