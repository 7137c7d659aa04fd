"""How alike openings are, and that sums of them may stand for them."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.batch.likeness import likeness
from factcheck.batch.openings import ACROSS, gather
from tests.batch.test_grouping import DAYS, LANGUAGES, opening


@given(st.lists(st.tuples(st.text(max_size=60), LANGUAGES, DAYS), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_likeness_is_symmetric_and_between_0_and_1_in_a_language(
    texts: list[tuple[str, str | None, dt.date | None]],
) -> None:
    """And each text is like itself, unless it holds nothing that counts."""
    alike = likeness(gather(opening(str(n), text, day, language) for n, (text, language, day) in enumerate(texts)))
    found = alike.between(alike)
    assert found.shape == (len(texts), len(texts))
    assert np.allclose(found, found.T, atol=1e-6)
    assert found.min() >= 0
    assert found.max() <= ACROSS + 1e-6
    said = np.array([language for _, language, _ in texts], object)
    assert found[said[:, None] == said[None, :]].max() <= 1 + 1e-6
    assert all(abs(own - 1) < 1e-5 or own == 0 for own in found.diagonal())
    start = len(texts) // 2
    part = alike.of(slice(start, None)).compact()
    assert np.allclose(part.between(part), found[start:, start:], atol=1e-6)
    assert np.allclose(alike.of(np.array([0])).between(alike, start), found[:1, start:], atol=1e-6)


def test_a_lone_common_figure_says_little() -> None:
    """Reports that share what everybody tells are less alike than two that share a figure of their own."""
    everybody = [opening(f"{n:02}", f"abc{'x' * n} def{'y' * n} 12") for n in range(40)]
    own = [opening("x", "lmn opq 48713"), opening("y", "rst uvw 48713")]
    alike = likeness(gather([*everybody, *own]))
    found = alike.between(alike)
    assert 0 < found[0, 1] < 0.8 * found[40, 41]


def test_words_of_a_language_without_a_list_count_from_four_letters_on() -> None:
    """Else all Polish reports of a folder would be alike by their function words."""
    texts = ["po nim do tej na las", "po nim do tej na kot"]
    alike = likeness(gather(opening(str(n), text, language="pl") for n, text in enumerate(texts)))
    found = alike.between(alike)
    assert found.max() == 0


@given(st.lists(st.tuples(st.text("abc 12", max_size=30), LANGUAGES, DAYS, st.integers(0, 3)), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_sums_come_to_what_their_openings_come_to(
    texts: list[tuple[str, str | None, dt.date | None, int]],
) -> None:
    """Whatever parts openings are put into, with days and languages known or not."""
    alike = likeness(gather(opening(str(n), text, day, language) for n, (text, language, day, _) in enumerate(texts)))
    parts = np.array([part for *_, part in texts])
    sums, owner = alike.summed(parts)
    assert (np.diff(owner) >= 0).all()
    assert len(sums) <= len(alike)
    each, found = alike.between(alike), sums.between(sums)
    for one in set(parts.tolist()):
        for other in set(parts.tolist()):
            expected = each[parts == one][:, parts == other].sum()
            assert np.isclose(found[owner == one][:, owner == other].sum(), expected, atol=1e-4)
