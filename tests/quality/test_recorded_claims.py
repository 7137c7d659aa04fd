"""What a recording of claims holds: our own articles' claims, each once, and pairs of them."""

from __future__ import annotations

import pytest

from tests.quality.events.measuring import folder_of
from tests.quality.events.recorded import CLAIMS, recording_of


@pytest.mark.parametrize("name", sorted(path.stem for path in CLAIMS.glob("*.jsonl")))
def test_a_recording_is_of_its_set_and_whole(name: str) -> None:
    """Every article but a recipe has claims, all claims are of its articles, and every pair is of two of them."""
    found = recording_of(name)
    assert found is not None
    titles = {opening.title for opening in folder_of(name).openings}
    silent = {"Pruimentaart zoals oma hem maakte"} if name == "morning" else set()
    assert {claim.title for claim in found.claims} == titles - silent
    assert len({(claim.title, claim.text) for claim in found.claims}) == len(found.claims)
    for pairs in (found.supports, found.contradicts):
        assert len(set(pairs)) == len(pairs)
        assert all(0 <= left < right < len(found.claims) for left, right in pairs)
    assert found.supports


def test_a_set_that_nobody_asked_about_has_no_recording() -> None:
    """Such a set is measured by openings alone."""
    assert recording_of("siblings") is None
