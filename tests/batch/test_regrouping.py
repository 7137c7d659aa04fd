"""What is not taken for stories that claims joined or parted: a deleted file, and what openings bring together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch.deciding import named_before
from factcheck.batch.planning import Selection
from factcheck.batch.spool import Spool
from factcheck.errors import ModelUnavailable
from factcheck.llm.base import ModelRequest
from tests.batch import parted as told_in_parts
from tests.batch.desk import Desk
from tests.batch.parted import FACTS, parted, put, teller
from tests.support.indexes import ACROSS


async def test_an_article_that_failed_is_asked_for_again_when_another_was_deleted(tmp_path: Path) -> None:
    """As when one was added: the story is checked again, and nothing was joined or parted."""
    up = False

    def answer(request: ModelRequest[Any]) -> Mapping[str, Any]:
        if request.task == "extract_claims" and not up and "Gazette" in request.user:
            raise ModelUnavailable("503", attempts=5)
        return teller(request)

    desk = parted(tmp_path, answer)
    put(desk, "post", "quay", FACTS[0])
    index = await desk.run()
    assert index.totals.failed_articles == 1
    up = True
    (desk.root / "post.txt").unlink()
    index = await desk.run()
    assert (index.totals.failed_articles, index.totals.incomplete) == (0, 0)


async def test_stories_that_openings_bring_together_are_not_said_to_be_one_by_their_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the article that lies between them waits, their rows say nothing of evidence that nobody compared."""
    desk = Desk(tmp_path, teller)
    put(desk, "herald", "quay", FACTS[0])
    put(desk, "mercury", "families", "40 lorries left Lesk.")
    index = await desk.run(group_by="event")
    assert len(index.stories) == 2
    quay, families = (told_in_parts.WORDS[name].split() for name in ("quay", "families"))
    between = " ".join(word for both in zip(quay, families, strict=True) for word in both)
    monkeypatch.setitem(told_in_parts.WORDS, "both", between)
    put(desk, "wire", "both", FACTS[0])
    index = await desk.run(group_by="event", selection=Selection(limit=0))
    assert [row.joins for row in index.stories] == [(), ()]
    index = await desk.run(group_by="event")
    assert [row.articles for row in index.stories] == [3]


def test_a_contradiction_that_got_another_pair_is_remembered_with_it(tmp_path: Path) -> None:
    """Its id may stay the same while the pairs behind it change."""
    (found, *_) = [each for each in ACROSS.findings if each.relation == "contradicts"]
    more = found.model_copy(update={"pairs": (*found.pairs, ("c:1", "c:2"))})
    with Spool(tmp_path) as spool:
        named_before(spool, [found])
        assert named_before(spool, [more])[found.id] == more.pairs
        assert named_before(spool)[found.id] == more.pairs
