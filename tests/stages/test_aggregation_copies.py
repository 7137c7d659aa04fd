"""The articles that share their text reach the report as they were found, in an order of its own."""

from __future__ import annotations

import itertools

import pytest
from pydantic import ValidationError

from factcheck.models import CopyGroup
from factcheck.pipeline import Input
from tests.stages.scene import Scene

NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Eta", "Zeta", "Theta")


def group(*ids: str) -> CopyGroup:
    """A group around its first member."""
    return CopyGroup(representative=ids[0], articles=ids, shared=dict.fromkeys(ids[1:], 0.9), changes=())


def scene() -> tuple[Scene, list[str]]:
    """Seven articles with a claim each, and their ids in the order of the report."""
    made = Scene()
    for name in NAMES:
        made.said(name, f"The bridge fell, writes {name}.")
    return made, [article.id for article in made.report().articles]


def test_the_largest_group_comes_first_whatever_the_order_of_arrival() -> None:
    """Groups stand by their size and then in the order of the articles."""
    made, (a, b, c, d, e, f, g) = scene()
    expected = (group(c, d, e), group(a, b), group(f, g))
    for given in itertools.permutations(expected):
        assert made.report(copies=given).copies == expected


def test_copies_of_unknown_articles_are_refused_before_anything_is_asked() -> None:
    """An input whose copies name an article that it does not hold cannot be made."""
    made, ids = scene()
    whole = Input(articles=made.articles(), copies=(group(*ids[:2]),))
    assert whole.copies[0].representative == ids[0]
    with pytest.raises(ValidationError, match="copies of articles that are not given"):
        Input(articles=made.articles()[:1], copies=(group(*ids),))
