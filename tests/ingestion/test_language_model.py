"""The mapped model of the language detector against the one that its library loads."""

from __future__ import annotations

import io
import lzma
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from factcheck.ingestion.language_model import load

TOLD = (
    "The council has closed the bridge over the river until the cracks are repaired.",
    "Il consiglio ha chiuso il ponte finché le crepe non saranno riparate.",
    "Der Rat hat die Brücke gesperrt, bis die Risse behoben sind.",
    "Le conseil a fermé le pont jusqu'à la réparation des fissures.",
    "El consejo cerró el puente hasta que se reparen las grietas.",
    "Совет закрыл мост, пока не заделают трещины.",
    "أغلق المجلس الجسر حتى يتم إصلاح الشقوق.",
    "市议会关闭了大桥，直到裂缝修好。",
    "市議会はひび割れが修理されるまで橋を閉鎖した。",
    "परिषद ने दरारें ठीक होने तक पुल बंद कर दिया है।",
)


@cache
def mapped() -> Any:
    """Ours, loaded once."""
    return load()


@cache
def held() -> Any:
    """The library's own, loaded once."""
    return LanguageIdentifier.from_model_file(MODEL_FILE)


def never(*_: object) -> None:
    """Stands for the library's way of loading."""
    raise AssertionError("loaded by the library")


@pytest.mark.parametrize("text", TOLD)
def test_it_ranks_all_languages_as_the_library_does(text: str) -> None:
    """The same languages in the same order with the same scores, for ten languages in six scripts."""
    assert mapped().rank(text) == held().rank(text)


@given(st.text(max_size=300))
def test_it_tells_any_text_as_the_library_does(text: str) -> None:
    """Whatever the text, language and confidence are those of the library."""
    assert mapped().classify(text) == held().classify(text)


@pytest.mark.parametrize("fails", ["open", "write", "close"])
def test_a_full_folder_for_temporary_files_costs_no_answer(fails: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it cannot be opened, written or finished: what should have been in the file is held in memory."""

    class Full(io.BytesIO):
        def write(self, data: Any) -> int:
            if fails == "write":
                raise OSError(28, "No space left on device")
            return super().write(data)

        def close(self) -> None:
            super().close()
            if fails == "close":
                raise OSError(28, "No space left on device")

    def full() -> Full:
        if fails == "open":
            raise OSError(28, "No space left on device")
        return Full()

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    monkeypatch.setattr(LanguageIdentifier, "from_model_file", never)
    assert load().classify(TOLD[1]) == held().classify(TOLD[1])


@pytest.mark.parametrize(
    "packed", [b"", b"no archive", lzma.compress(b"no arrays"), lzma.compress(b""), lzma.compress(b"no end")[:-9]]
)
def test_another_layout_is_left_to_the_library(packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A model that is not an uncompressed NPZ in LZMA is loaded by whoever wrote it."""
    (tmp_path / "model.npz.xz").write_bytes(packed)
    monkeypatch.setattr("py3langid.langid.MODEL_DIR", tmp_path)
    monkeypatch.setattr("py3langid.langid.MODEL_FILE", "model.npz.xz")
    monkeypatch.setattr(LanguageIdentifier, "from_model_file", lambda file: f"the library's {file}")
    assert load() == "the library's model.npz.xz"


def test_the_model_that_is_installed_can_be_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A release of the library with another layout is noticed here, not by its slowness."""

    monkeypatch.setattr(LanguageIdentifier, "from_model_file", never)
    assert load().classify(TOLD[1])[0] == "it"
