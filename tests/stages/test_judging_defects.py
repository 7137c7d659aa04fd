"""False answers of the right shape in judging: named by kind."""

from __future__ import annotations

from factcheck.stages.judging.wire import defects


def test_what_rows_lack_is_named_by_kind() -> None:
    """A pair answered twice, one that nobody asked, one that is missing, a row that cannot be read."""
    asked = {(1, 2), (1, 3), (2, 3)}
    assert sorted(defects(["1: 2U 3E", "3: 1E 9C", "so be it"], asked)) == [
        "pair_missing",
        "pair_twice",
        "pair_unknown",
        "row_unreadable",
    ]
    assert list(defects(["1: 2U 3E", "3: 2C"], asked)) == []
