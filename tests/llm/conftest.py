"""What the tests of the border to the model share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck.llm.retries import without_waits


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A cache directory that does not exist yet."""
    return tmp_path / "answers"


@pytest.fixture
def no_waits() -> Iterator[None]:
    """Retries follow each other at once."""
    with without_waits():
        yield
