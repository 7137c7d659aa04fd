"""What the user lays beside the stories or names for them: lists of outlets, decisions, rules that fail a build."""

from __future__ import annotations

from pathlib import Path

import pytest

from factcheck.cli.gates import IndexGate, index_gate
from factcheck.findings import Report
from factcheck.index import BatchIndex
from factcheck.ingestion.parsing import ReadOptions
from factcheck.models import Decision
from tests.batch.desk import Desk, split_story

OWNERS = "name,owner\nHerald,Coast Group\nRadio,Coast Group\n"


def agreeing(folder: Path) -> Desk:
    """Two stories, in each of which two outlets tell the same toll in words of their own."""
    desk = Desk(folder)
    for place in ("eastley", "sund"):
        desk.put(f"{place}/herald.txt", f"Publisher: Herald\n\n12 people died in the {place.title()} fire.")
        desk.put(
            f"{place}/radio.txt",
            f"Publisher: Radio\n\nThe {place.title()} fire cost 12 lives.",
            rest="Divers searched the docks all night long and found nobody.",
        )
    return desk


def reports(desk: Desk, index: BatchIndex) -> dict[str, Report]:
    """Title -> report."""
    return {
        row.title: Report.model_validate_json((desk.out / str(row.report) / "report.json").read_text("utf-8"))
        for row in index.stories
    }


async def test_a_list_in_the_root_holds_for_all_stories_and_one_beside_a_story_for_it(tmp_path: Path) -> None:
    """One owner is one origin, where a list says so; a list that joins later changes the reports without a request."""
    desk = agreeing(tmp_path)
    before = {row.title: row.corroborated for row in (await desk.run()).stories}
    assert before == {"eastley": 1, "sund": 1}
    asked = desk.asked
    (desk.root / "sund" / "sources.csv").write_text(OWNERS, encoding="utf-8")
    assert {row.title: row.corroborated for row in (await desk.run()).stories} == {"eastley": 1, "sund": 0}
    (desk.root / "sources.csv").write_text(OWNERS, encoding="utf-8")
    index = await desk.run()
    assert {row.title: row.corroborated for row in index.stories} == {"eastley": 0, "sund": 0}
    assert reports(desk, index)["eastley"].known_sources.owners == {"Herald": "Coast Group", "Radio": "Coast Group"}
    assert desk.asked == asked


async def test_a_named_list_takes_the_place_of_those_that_lie_there(tmp_path: Path) -> None:
    """As in check: what is named alone counts."""
    desk = agreeing(tmp_path)
    (desk.root / "sources.csv").write_text(OWNERS, encoding="utf-8")
    named = tmp_path / "own.csv"
    named.write_text("name,owner\nHerald,Other Group\n", encoding="utf-8")
    index = await desk.run(reading=ReadOptions(sources=named))
    assert {row.corroborated for row in index.stories} == {1}


async def test_a_list_that_contradicts_itself_costs_its_story_alone(tmp_path: Path) -> None:
    """The story fails with the row that is wrong, before anything is asked for it; the others are checked."""
    desk = agreeing(tmp_path)
    (desk.root / "sund" / "sources.csv").write_text("name,owner\nHerald,A\nHerald,B\n", encoding="utf-8")
    rows = {row.title: row for row in (await desk.run()).stories}
    assert rows["eastley"].status == "done"
    assert rows["sund"].status == "failed"
    assert "Herald belongs to A already" in rows["sund"].reasons[0]


async def test_each_story_honours_the_decisions_that_are_about_it(tmp_path: Path) -> None:
    """A dispute that a reviewer rejected is gone from its story and the index, and stays so when claims change; another
    story with the same question keeps its own, and none lists decisions on other stories as not applied."""
    desk = Desk(tmp_path).stories("Eastley", "Sund")
    index = await desk.run()
    asked = desk.asked
    (dispute,) = reports(desk, index)["sund"].disputes
    decisions = (
        Decision(target="dispute", id=dispute.id, decision="reject", reviewer="Ada", left_text=dispute.title),
        Decision(target="fact", id="sha256:0000000000000000", decision="reject"),
    )
    index = await desk.run(decisions=decisions)
    rows = {row.title: row for row in index.stories}
    assert (len(rows["eastley"].disputes), rows["eastley"].decided) == (1, ())
    assert (len(rows["sund"].disputes), rows["sund"].decided) == (0, (dispute.id,))
    assert rows["sund"].settled == (dispute.title,)
    told = reports(desk, index)
    assert told["eastley"].decisions == ()
    assert [decision.fate for decision in told["sund"].decisions] == ["honoured"]
    assert desk.asked == asked
    assert {row.change for row in (await desk.run(decisions=decisions)).stories} == {"unchanged"}
    desk.put("sund/gazette.txt", "Publisher: Gazette\n\nIn Sund the fire killed 16 people, says the mayor.")
    rows = {row.title: row for row in (await desk.run(decisions=decisions)).stories}
    assert (len(rows["sund"].disputes), rows["sund"].decided) == (0, (dispute.id,))


async def test_rules_hold_for_any_story(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A rule that holds gives exit code 1 and a line; what is new is told against the last complete run."""
    desk = split_story(tmp_path)
    index = await desk.run(across_stories=True)
    assert IndexGate(("dispute", "direct", "failures", "new-dispute")).code(index) == 0
    assert IndexGate(("across", "new-across")).code(index) == 1
    assert capsys.readouterr().err == "--fail-on across: 1 found\n--fail-on new-across: 1 found\n"
    desk.put("sund/mail.txt", "Publisher: Mail\n\n16 people died in the Sund fire.")
    index = await desk.run(across_stories=True)
    assert IndexGate(("new-across",)).code(index) == 0
    assert IndexGate(("new-dispute",)).code(index) == 1
    assert IndexGate(("new-dispute",)).code(await desk.run(across_stories=True)) == 0


def test_a_rule_of_one_report_is_refused_by_name() -> None:
    """What an index cannot tell is said before anything is asked, with the rules that there are."""
    with pytest.raises(Exception, match="moved-verdict is no rule of a batch; known are dispute"):
        index_gate(["moved-verdict"])
