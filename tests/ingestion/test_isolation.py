"""The child process for parsing: what happens to it does not happen to us."""

from __future__ import annotations

import pytest

from factcheck.ingestion import isolation
from factcheck.ingestion.base import RawDocument, Refused, Source
from factcheck.ingestion.isolation import Isolation
from tests.ingestion import pages

SOURCE = Source(name="a.json", data=b'{"text": "%s"}' % pages.PARAGRAPHS[1].encode())


def test_one_child_serves_many_files() -> None:
    """Files are parsed one after the other by the same child, refusals included."""
    child = Isolation()
    try:
        for _ in range(3):
            (found,) = child.documents(".json", SOURCE)
            assert isinstance(found, RawDocument)
            assert found.text == pages.PARAGRAPHS[1]
            with pytest.raises(Refused, match="without an article"):
                list(child.documents(".json", Source(name="b.json", data=b"[]")))
    finally:
        child.close()


def test_a_file_left_half_read_does_not_spoil_the_next() -> None:
    """When a reader stops early, the rest of that file's documents do not turn up in the next one."""
    child = Isolation()
    try:
        many = Source(name="a.jsonl", data=b"\n".join([SOURCE.data] * 50))
        rows = child.documents(".jsonl", many)
        assert isinstance(next(rows), RawDocument)
        rows.close()  # type: ignore[attr-defined]
        assert len(list(child.documents(".json", SOURCE))) == 1
    finally:
        child.close()


def test_a_child_that_dies_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A crash is a refusal with a remedy, and the next file gets a new child."""
    child = Isolation()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(isolation, "PROGRAM", "import sys; sys.stdin.buffer.readline(); sys.exit(9)")
            with pytest.raises(Refused, match="crashed on it; save") as refused:
                list(child.documents(".json", SOURCE))
        assert refused.value.passing
        assert len(list(child.documents(".json", SOURCE))) == 1
    finally:
        child.close()


def test_no_credential_reaches_the_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """The child starts without the variables of our environment."""
    monkeypatch.setenv("OPENAI_API_KEY", "canary")
    telling = (
        "import json, os, sys; sys.stdin.buffer.readline(); "
        "print(json.dumps({'refused': ' '.join(sorted(os.environ)), 'on_purpose': False}), flush=True)"
    )
    monkeypatch.setattr(isolation, "PROGRAM", telling)
    child = Isolation()
    try:
        with pytest.raises(Refused) as refusal:
            list(child.documents(".json", SOURCE))
    finally:
        child.close()
    assert "PYTHONPATH" in str(refusal.value)
    assert "OPENAI_API_KEY" not in str(refusal.value)
