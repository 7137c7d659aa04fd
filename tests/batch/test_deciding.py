"""Decisions of people about what stories say of each other: honoured, shown, and named when they are about nothing."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from factcheck.batch import neighbours
from factcheck.batch.planning import Selection
from factcheck.index import AcrossFinding, BatchIndex
from factcheck.llm.base import ModelRequest
from factcheck.models import Decision
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from factcheck.reporting.batch_index.lines import rows_for_review
from factcheck.reporting.json_document import JsonDocument
from factcheck.review import read_review
from tests.batch.desk import Desk, across, split_story
from tests.support.indexes import AGREEMENT, CONFLICT
from tests.support.means import reader

WHEN = dt.datetime(2026, 11, 26, 9, tzinfo=dt.UTC)


def by_anna(target: str, id_: str, decision: str, **fields: Any) -> Decision:
    """A decision of Anna's."""
    base = {"target": target, "id": id_, "decision": decision, "reviewer": "Anna", "decided_at": WHEN}
    return Decision.model_validate({**base, **fields})


async def clash(desk: Desk) -> AcrossFinding:
    """The conflict between two stories of the desk, before anybody decided."""
    found = across(await desk.run(across_stories=True))
    (finding,) = [finding for finding in found.findings if finding.relation == "contradicts"]
    return finding


def names(finding: AcrossFinding) -> list[str]:
    """Its pairs, as a decision names them."""
    return ["|".join(pair) for pair in finding.pairs]


async def test_a_rejected_pair_is_no_conflict_any_more_and_who_rejected_it_is_shown(tmp_path: Path) -> None:
    """Of two pairs one is rejected and the other stands; with both rejected nothing does. Nothing is asked, and every
    format says who decided, when, and what the judge had found."""
    desk = split_story(tmp_path)
    first, second = names(await clash(desk))
    asked = desk.asked
    index = await desk.run(across_stories=True, decisions=(by_anna("pair", first, "reject"),))
    (left,) = across(index).findings
    assert names(left) == [second]
    decisions = (by_anna("pair", first, "reject"), by_anna("pair", second, "reject", note="two counts"))
    index = await desk.run(across_stories=True, decisions=decisions)
    found = across(index)
    assert found.findings == ()
    assert [(d.fate, d.found) for d in found.decisions] == [("honoured", (first,)), ("honoured", (second,))]
    assert {(j.relation, j.review.relation if j.review else "") for j in found.reviewed} == {
        ("unrelated", "contradicts")
    }
    assert desk.asked == asked
    for text in shown(index):
        assert re.search("rejected by Anna, 2026-11-26: pair “1[26] people .+?” / “1[26] people .+?”", text)
        assert "note: two counts" in text
        assert "the judge had found: contradicts" in text
        assert "between stories 2 reviewers' decisions count" in text
    assert '"reviewer": "Anna"' in JsonDocument().render(index, Style())
    assert index.unmet == ()


def shown(index: BatchIndex) -> tuple[str, str]:
    """The index as page and table, white space folded."""
    page = IndexPage().render(index, Style()).replace("&#x27;", "'")
    return page, " ".join(IndexTable().render(index, Style(width=200)).split())


async def test_the_rows_that_the_page_offers_decide_on_a_whole_conflict(tmp_path: Path) -> None:
    """Put into a file: rejected, all pairs of the conflict are unrelated; accepted, it stands and says by whom."""
    desk = split_story(tmp_path)
    finding = await clash(desk)
    for decision, left in (("reject", 0), ("accept", 1)):
        file = tmp_path / "review.csv"
        rows = rows_for_review(finding).replace("reject,", f"{decision},Anna")
        file.write_text(f"target,id,decision,reviewer\n{rows}\n", encoding="utf-8")
        index = await desk.run(across_stories=True, decisions=read_review(file))
        found = across(index)
        assert len(found.findings) == left
        assert [(d.fate, d.id) for d in found.decisions] == [("honoured", name) for name in names(finding)]
        assert len(found.reviewed) == 2
        assert f"{decision}ed by Anna" in shown(index)[1]
    assert [review.decision for review in found.findings[0].reviews] == ["accept"]
    assert "<li>accepted by Anna</li>" in shown(index)[0]


async def test_what_the_page_offers_for_an_agreement_is_read_too(tmp_path: Path) -> None:
    """A row for each pair; with all of them rejected the stories agree no more."""
    desk = split_story(tmp_path)
    desk.put("evening/post.txt", "Publisher: Post\n\n16 people lost their lives in the Eastley fire.")
    alike = across(await desk.run(across_stories=True)).findings[-1]
    assert alike.relation == "supports"
    file = tmp_path / "review.csv"
    file.write_text(f"target,id,decision,reviewer\n{rows_for_review(alike)}\n", encoding="utf-8")
    index = await desk.run(across_stories=True, decisions=read_review(file))
    assert {found.relation for found in across(index).findings} == {"contradicts"}
    assert "rejected by a reviewer without a name" in shown(index)[1]


async def test_a_relabelled_conflict_is_an_agreement(tmp_path: Path) -> None:
    """A person who says that two stories support each other is believed, and the other way round."""
    desk = split_story(tmp_path)
    finding = await clash(desk)
    wish = by_anna("dispute", finding.id, "relabel", label="supports")
    (found,) = across(await desk.run(across_stories=True, decisions=(wish,))).findings
    assert (found.relation, found.kind, found.pairs) == ("supports", None, finding.pairs)
    back = [by_anna("pair", name, "relabel", label="contradicts") for name in names(finding)]
    (found,) = across(await desk.run(across_stories=True, decisions=(wish, *back))).findings
    assert (found.relation, found.id) == ("contradicts", finding.id)


async def test_a_possible_conflict_that_is_accepted_counts(tmp_path: Path) -> None:
    """What only one reading saw is counted apart, until somebody says that it is one."""

    def doubting(request: ModelRequest[Any]) -> Mapping[str, Any]:
        answer = reader(request)
        if request.task == "confirm_conflict":
            return {"pairs": [{"p": pair["p"], "r": "unrelated", "why": "Other fires."} for pair in answer["pairs"]]}
        return answer

    desk = Desk(tmp_path, doubting)
    desk.put("night/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.")
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.")
    found = across(await desk.run(across_stories=True))
    assert (found.findings, found.possible) == ((), 1)
    ids = sorted(claim for row in ("night", "morning") for claim in claims(desk, row, "people died"))
    accepted = across(await desk.run(across_stories=True, decisions=(by_anna("pair", "|".join(ids), "accept"),)))
    assert ([f.relation for f in accepted.findings], accepted.possible) == (["contradicts"], 0)


def claims(desk: Desk, story: str, words: str) -> list[str]:
    """Ids of the claims with these words in the newest report of a story."""
    file = max(desk.out.glob(f"stories/{story}-*/*/claims.jsonl"))
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [claim["id"] for claim in told if words in claim["text"]]


async def test_a_decision_is_carried_over_where_the_words_are_the_same(tmp_path: Path) -> None:
    """The Gazette adds a line, so that its claim has another id: decisions with the texts still hold and say so."""
    desk = split_story(tmp_path)
    finding = await clash(desk)
    texts = {"left_text": "16 people died in the Eastley fire.", "right_text": "12 people died in the Eastley fire."}
    on_pair = by_anna("pair", names(finding)[0], "reject", **texts)
    on_all = by_anna("dispute", finding.id, "reject", left_text=finding.title)
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n16 people died in the Eastley fire.", "More is to come.")
    found = across(await desk.run(across_stories=True, decisions=(on_pair,)))
    assert [d.fate for d in found.decisions] == ["carried"]
    assert [len(f.pairs) for f in found.findings] == [1]
    index = await desk.run(across_stories=True, decisions=(on_all,))
    assert (across(index).findings, [d.fate for d in across(index).decisions]) == ((), ["carried"])
    assert "The article has changed since" in shown(index)[0]


async def test_a_decision_about_what_is_gone_is_named(tmp_path: Path) -> None:
    """The article said something else since: nothing is done, and the index says which decision that is; a story's
    own decision and one on a conflict between stories are not taken for such."""
    desk = split_story(tmp_path)
    desk.stories("Lesk")
    finding = await clash(desk)
    own = (await desk.run(across_stories=True)).stories
    dispute = next(line.id for row in own for line in row.disputes)
    decisions = (
        by_anna("dispute", finding.id, "accept"),
        by_anna("dispute", dispute, "accept"),
        by_anna("pair", "sha256:aa|sha256:bb", "reject", left_text="Nobody died.", right_text="All died."),
    )
    index = await desk.run(across_stories=True, decisions=decisions)
    assert [(d.id, d.fate) for d in index.unmet] == [("sha256:aa|sha256:bb", "gone")]
    for text in shown(index):
        assert "1 decision is about what is no longer there" in text
        assert "rejected by Anna, 2026-11-26: pair “Nobody died.” / “All died.”" in text
        assert "Not applied: what was decided upon is no longer there." in text
    desk.put("morning/gazette.txt", "Publisher: Gazette\n\n12 people died in the Eastley fire.", "A new count.")
    index = await desk.run(across_stories=True, decisions=decisions[:2])
    assert [d.id for d in index.unmet] == [finding.id]


async def test_while_a_story_waits_no_decision_is_said_to_be_about_nothing(tmp_path: Path) -> None:
    """It may be about the story that was not run yet."""
    desk = split_story(tmp_path)
    decisions = (by_anna("pair", "sha256:aa|sha256:bb", "reject"),)
    index = await desk.run(across_stories=True, decisions=decisions, selection=Selection(limit=1))
    assert (index.totals.waiting, index.stopped, index.unmet) == (2, None, ())
    assert len((await desk.run(across_stories=True, decisions=decisions)).unmet) == 1


async def test_of_two_decisions_the_later_one_counts_and_both_are_listed(tmp_path: Path) -> None:
    """As within a story."""
    desk = split_story(tmp_path)
    finding = await clash(desk)
    earlier = by_anna("dispute", finding.id, "reject", line=2)
    later = by_anna("dispute", finding.id, "accept", line=3, decided_at=WHEN + dt.timedelta(days=1))
    index = await desk.run(across_stories=True, decisions=(later, earlier))
    assert [(d.decision, d.fate) for d in across(index).decisions] == [("accept", "honoured"), ("reject", "overruled")]
    assert len(across(index).findings) == 1
    assert "A later decision on the same thing counts." in shown(index)[1]


async def test_pairs_judged_in_portions_are_decided_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A decision reaches pairs in whatever portion they are, and only the related and the decided ones are kept."""
    desk = split_story(tmp_path)
    finding = await clash(desk)
    decisions = (by_anna("pair", names(finding)[1], "reject"), by_anna("dispute", finding.id, "accept"))
    whole = across(await desk.run(across_stories=True, decisions=decisions))
    monkeypatch.setattr(neighbours, "AT_ONCE", 1)
    again = (by_anna("pair", "sha256:aa|sha256:bb", "reject"),)  # so that it is compared anew
    parts = across(await desk.run(across_stories=True, decisions=(*decisions, *again)))
    assert [(f.id, f.pairs, f.reviews) for f in parts.findings] == [(f.id, f.pairs, f.reviews) for f in whole.findings]
    assert parts.decisions == whole.decisions
    assert parts.reviewed == whole.reviewed


async def test_without_decisions_nothing_is_said_of_any(tmp_path: Path) -> None:
    """No section, no line."""
    index = await split_story(tmp_path).run(across_stories=True)
    assert (index.unmet, across(index).decisions, across(index).reviewed) == ((), (), ())
    assert "Decisions of" not in "".join(shown(index))
    assert "decision" not in shown(index)[1].replace(str(tmp_path), "")


def test_the_rows_that_are_offered_are_csv() -> None:
    """Each has as many cells as the line above it."""
    for finding in (CONFLICT, AGREEMENT):
        assert {len(row) for row in csv.reader(rows_for_review(finding).splitlines())} == {4}
