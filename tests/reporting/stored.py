"""Texts that were looked at and found good, as files."""

from __future__ import annotations

import os
from pathlib import Path


def stored(path: Path, text: str) -> None:
    """Assert that `text` is what the file holds, to the byte."""
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    assert text.encode() == path.read_bytes()
