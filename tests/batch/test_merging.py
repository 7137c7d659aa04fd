"""Shards put together are the batch that was not divided."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from factcheck.batch import between_shards, filing
from factcheck.batch.between_shards import Later
from factcheck.batch.merging import merge, read_index
from factcheck.batch.planning import Selection
from factcheck.batch.spool import Spool
from factcheck.errors import SettingsError
from factcheck.index import BatchIndex, Shard
from factcheck.models import Decision
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage, IndexTable
from factcheck.runs import read_report
from factcheck.settings import CheckSettings
from tests.batch.desk import Desk, Watch, across
from tests.batch.sharding import PLACES, fires, shards
from tests.cli.invoking import invoke
from tests.support.means import RUN, means_of


def rows(index: BatchIndex) -> dict[str, tuple[str, int, int]]:
    """What of an index does not depend on how the work was divided."""
    return {row.key: (row.status, row.articles, len(row.disputes)) for row in index.stories}


async def test_merged_shards_are_the_whole(tmp_path: Path) -> None:
    """Same rows as one run over all, every report where the index says, nothing missing."""
    desk = Desk(tmp_path).stories(*PLACES)
    whole = await desk.run()
    merged = merge(await shards(desk, 3), tmp_path / "merged")
    assert rows(merged) == rows(whole)
    assert (merged.shards, merged.shard, merged.stopped) == ((1, 2, 3), None, None)
    for row in merged.stories:
        assert row.report is not None
        assert read_report(tmp_path / "merged" / row.report).summary.articles == row.articles
    assert read_index(tmp_path / "merged") == merged


async def test_a_missing_shard_is_said(tmp_path: Path) -> None:
    """The merged index names the shard that is not there instead of passing for the whole."""
    desk = Desk(tmp_path).stories(*PLACES)
    first, _, third = await shards(desk, 3)
    merged = merge([first, third], tmp_path / "merged")
    assert merged.stopped == "shard 2/3 is missing (name its folder too, or run it)"
    assert "manca la parte 2/3" in IndexTable().render(merged, Style(width=200, lang="it"))
    several = merge([third], tmp_path / "merged")
    assert several.stopped == "shards 1/3, 2/3 are missing (name their folders too, or run them)"


async def test_what_is_not_one_batch_is_refused(tmp_path: Path) -> None:
    """A whole batch, a shard named twice, and shards of other articles are refused by name."""
    desk = Desk(tmp_path).stories(*PLACES)
    await desk.run()
    with pytest.raises(SettingsError, match="whole batch"):
        merge([desk.out], tmp_path / "merged")
    first, second = await shards(desk, 2)
    with pytest.raises(SettingsError, match="again"):
        merge([first, first], tmp_path / "merged")
    desk.stories("Akdere")
    desk.out = second
    await desk.run(selection=Selection(shard=Shard(number=2, of=2)))
    with pytest.raises(SettingsError, match="other articles"):
        merge([first, second], tmp_path / "merged")
    with pytest.raises(SettingsError, match=r"name the folder of a batch"):
        merge([tmp_path], tmp_path / "merged")


async def test_shards_that_have_grown_by_older_articles_are_still_one_batch(tmp_path: Path) -> None:
    """Each shard names the stories it has checked as before, and others by their content: the grouping is the same."""
    desk = Desk(tmp_path)

    def report(outlet: str, day: int) -> None:
        for place in PLACES[:4]:
            text = f"Publisher: {outlet}\nDate: 2026-03-{day:02}\n\n12 people died in the {place} fire.\n"
            desk.put(f"{place}-{outlet}.txt", text, f"All about the {place} fire, where the {place} brigade came.")

    report("Herald", 2)
    report("Gazette", 3)
    first = merge(await shards(desk, 2, group_by="event"), tmp_path / "merged")
    assert [row.articles for row in first.stories] == [2] * 4
    report("Radio", 1)
    parts = await shards(desk, 2, group_by="event")
    index = merge(parts, tmp_path / "again")
    assert [row.articles for row in index.stories] == [3] * 4
    assert len({row.key for row in index.stories}) == 4
    assert any(row.key not in {row.key for row in first.stories} for row in index.stories)
    assert {read_index(part).grouping for part in parts} == {index.grouping}


async def test_what_stories_of_a_shard_say_about_each_other_is_put_together(tmp_path: Path) -> None:
    """The findings of all shards, their counts added up; which claims of two shards never met is counted and said."""
    desk = fires(tmp_path, 8)
    whole = (await desk.run(across_stories=True)).across
    parts = await shards(desk, 2, across=True)
    assert "with no story of another shard" in (parts[0] / "index.html").read_text("utf-8")
    index = merge(parts, tmp_path / "merged")
    merged = index.across
    assert whole is not None
    assert merged is not None
    assert (merged.status, merged.stories, merged.whole) == ("done", 8, False)
    assert 0 < len(merged.findings) < len(whole.findings)
    relations = [finding.relation for finding in merged.findings]
    assert relations == sorted(relations)
    assert merged.apart is not None
    shard_of = {row.key: number for number, part in enumerate(parts) for row in read_index(part).stories}
    apart = {tuple(s.story for s in f.sides) for f in whole.findings if len({shard_of[s.story] for s in f.sides}) == 2}
    assert (merged.apart.pairs, merged.apart.stories) == (len(apart), len(apart))
    assert apart
    said = (
        f"because their stories lie in different shards: {merged.apart.pairs} pairs of much alike claims of"
        f" {merged.apart.stories} pairs of stories (factcheck merge --compare does it)"
    )
    for text in (IndexPage().render(index, Style()), IndexTable().render(index, Style(width=250))):
        assert said in text
    assert "in parti diverse" in IndexTable().render(index, Style(width=250, lang="it"))


async def test_too_many_claims_are_not_counted_and_that_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits for a count over millions of claims; the index still says that shards were not compared."""
    monkeypatch.setattr(between_shards, "MOST_COUNTED", 3)
    index = merge(await shards(fires(tmp_path, 4), 2, across=True), tmp_path / "merged")
    assert index.across is not None
    assert index.across.apart is None
    assert "stories of different shards were not compared" in IndexTable().render(index, Style(width=200))


async def test_no_room_to_count_in_costs_the_count_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full for the moment of the count leaves an index that says that shards were not compared."""

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    parts = await shards(fires(tmp_path, 4), 2, across=True)
    monkeypatch.setattr(between_shards, "TemporaryFile", full)
    index = merge(parts, tmp_path / "merged")
    assert index.across is not None
    assert index.across.apart is None
    assert "stories of different shards were not compared" in IndexTable().render(index, Style(width=200))


async def test_shards_that_have_nothing_in_common_say_so(tmp_path: Path) -> None:
    """Another disaster elsewhere, each in a shard of its own: nothing would have been compared."""
    desk = Desk(tmp_path)
    desk.put("s0/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire.", "It is out.")
    desk.put("s2/gazette.txt", "Publisher: Gazette\n\nThe Sund flood drowned 16 cows.", "It has gone.")
    parts = await shards(desk, 2, across=True)
    assert [read_index(part).totals.stories for part in parts] == [1, 1]
    assert "no story of another shard" in (parts[0] / "index.html").read_text("utf-8")
    assert "alike enough" not in (parts[0] / "index.html").read_text("utf-8")
    index = merge(parts, tmp_path / "merged")
    assert index.across is not None
    assert index.across.apart is not None
    assert (index.across.apart.pairs, index.across.apart.stories) == (0, 0)
    assert "no two claims of theirs are alike enough" in IndexTable().render(index, Style(width=200))


async def test_shards_of_other_settings_are_no_batch(tmp_path: Path) -> None:
    """Both folders are named with what they differ in, and nothing is written."""
    parts = await shards(Desk(tmp_path).stories(*PLACES), 2)
    for part, votes in zip(parts, (1, 3), strict=True):
        for file in part.glob("stories/*/*/manifest.json"):
            made = json.loads(file.read_text("utf-8"))
            made["run"]["settings"]["votes"] = votes
            file.write_text(json.dumps(made), "utf-8")
    run = invoke("merge", *parts, "--into", tmp_path / "merged")
    assert (run.exit_code, (tmp_path / "merged").exists()) == (2, False)
    assert f"{parts[1]} was checked with votes = 3, and {parts[0]} with votes = 1; run one of them" in run.stderr


async def test_a_file_is_no_folder_of_a_merge(tmp_path: Path) -> None:
    """As a shard or as the place: it is said of the name that was given."""
    parts, file = await shards(Desk(tmp_path).stories(*PLACES[:2]), 2), tmp_path / "file"
    file.touch()
    for words in ((file, "--into", tmp_path / "merged"), (*parts, "--into", file)):
        made = invoke("merge", *words)
        assert (made.exit_code, f"error: {file} is no folder; name " in made.stderr) == (2, True), made.stderr


async def test_shards_of_other_models_are_no_batch(tmp_path: Path) -> None:
    """One index names one model, so that shards of two are refused by name."""
    first, second = await shards(Desk(tmp_path).stories(*PLACES), 2)
    index = read_index(second)
    (second / "index.json").write_text(index.model_copy(update={"model": "other"}).model_dump_json(), "utf-8")
    with pytest.raises(SettingsError, match=r"out-2 was checked with other .* and .*out-1 with m "):
        merge([first, second], tmp_path / "merged")


async def test_decisions_of_shards_are_put_together(tmp_path: Path) -> None:
    """What one shard honoured counts; only what is about nothing in any of them is said to be about nothing."""
    desk = fires(tmp_path, 8)
    parts = await shards(desk, 2, across=True)
    across = read_index(parts[1]).across
    assert across is not None
    clash = next(found for found in across.findings if found.relation == "contradicts")
    decisions = tuple(
        Decision(target="dispute", id=id_, decision="reject", reviewer="Anna", line=line)
        for line, id_ in enumerate((clash.id, "sha256:0"), 2)
    )
    parts = await shards(desk, 2, across=True, decisions=decisions)
    assert [len(read_index(part).unmet) for part in parts] == [2, 1]
    index = merge(parts, tmp_path / "merged")
    assert index.across is not None
    assert [(d.id, d.fate) for d in index.across.decisions] == [(clash.id, "honoured")]
    assert [d.id for d in index.unmet] == ["sha256:0"]
    assert "1 decision is about nothing in these shards" in IndexTable().render(index, Style(width=200))


async def test_what_may_lie_in_a_missing_or_waiting_shard_is_not_said_to_be_gone(tmp_path: Path) -> None:
    """A decision is about nothing only when all shards are there and through: not while one is missing, while a story
    waits, or while the stories of one have not met."""
    desk = fires(tmp_path, 8)
    gone = (Decision(target="dispute", id="sha256:0", decision="reject", reviewer="Anna", line=2),)
    first, second = await shards(desk, 2, across=True, decisions=gone)
    assert len(merge([first, second], tmp_path / "merged").unmet) == 1
    assert merge([second], tmp_path / "merged").unmet == ()
    index = read_index(first)
    waits = index.stories[0].model_copy(update={"status": "waiting"})
    counts = index.totals.model_copy(update={"done": index.totals.done - 1, "waiting": 1})
    assert index.across is not None
    for changed in (
        {"stories": (waits, *index.stories[1:]), "totals": counts},
        {"across": index.across.model_copy(update={"status": "waiting"})},
        {"stopped": "interrupted"},
    ):
        (first / "index.json").write_text(index.model_copy(update=changed).model_dump_json(), "utf-8")
        assert merge([first, second], tmp_path / "merged").unmet == (), changed


@pytest.mark.parametrize("damage", ["half", "folder"])
async def test_damaged_claims_are_named_with_the_remedy(tmp_path: Path, damage: str) -> None:
    """A file of claims that ends in the middle of one, or is none: the merge says which, and the remedy helps."""
    desk = fires(tmp_path, 6)
    first, second = await shards(desk, 2, across=True)
    file = next(first.glob("stories/*/*/claims.jsonl"))
    text = file.read_bytes()
    file.unlink()
    if damage == "half":
        file.write_bytes(text[: len(text) // 2])
    else:
        file.mkdir()
    index = merge([first, second], tmp_path / "merged")
    (row,) = [row for row in index.stories if row.status == "incomplete"]
    assert row.missing == file.relative_to(first).as_posix()
    assert row.reasons[0].startswith(f"{file} is damaged; run shard 1/2 again")
    assert "è danneggiato; rilancia la parte 1/2" in IndexTable().render(index, Style(width=400, lang="it"))
    again = await shards(desk, 2, across=True)
    assert merge(again, tmp_path / "merged").totals.done == 6


async def test_no_batch_loses_its_index_to_a_merge(tmp_path: Path) -> None:
    """One of the shards and the folder of an undivided batch are refused as the place; a merged folder is not."""
    desk = Desk(tmp_path).stories(*PLACES)
    await desk.run()
    whole = desk.out
    parts = await shards(desk, 2)
    before = [(folder / "index.json").read_bytes() for folder in (whole, *parts)]
    (tmp_path / "alias").symlink_to(parts[0])
    for place in (parts[0], tmp_path / "alias"):
        with pytest.raises(SettingsError, match=r"is one of the shards, .*; name another --into DIR"):
            merge(parts, place)
    with pytest.raises(SettingsError, match=r"holds a batch, .*; name another --into DIR"):
        merge(parts, whole)
    assert [(folder / "index.json").read_bytes() for folder in (whole, *parts)] == before
    assert merge(parts, tmp_path / "merged") == merge(parts, tmp_path / "merged")


async def test_a_shard_that_compared_nothing_is_named(tmp_path: Path) -> None:
    """One of two shards ran with --no-across-stories: the comparison is not called done, in words of either language;
    a shard with a single story lacks nothing."""
    desk = fires(tmp_path, 8)
    first, second = await shards(desk, 2, across=True)
    alone = read_index(second).model_copy(update={"across": None})
    (second / "index.json").write_text(alone.model_dump_json(), "utf-8")
    index = merge([first, second], tmp_path / "merged")
    assert index.across is not None
    assert index.across.status == "waiting"
    assert index.across.findings
    shown = IndexTable().render(index, Style(width=200))
    assert "not in all shards were stories compared with each other" in shown
    assert "stories of shard 2 were not compared with each other" in shown
    assert "parte 2 non sono state confrontate" in IndexTable().render(index, Style(width=200, lang="it"))
    one = alone.model_copy(
        update={
            "stories": alone.stories[:1],
            "totals": alone.totals.model_copy(update={"stories": 1, "done": 1}),
        }
    )
    (second / "index.json").write_text(one.model_dump_json(), "utf-8")
    index = merge([first, second], tmp_path / "merged")
    assert index.across is not None
    assert index.across.status == "done"


async def test_a_rule_about_what_was_not_looked_for_is_no_pass(tmp_path: Path) -> None:
    """Shards that compared nothing: the index is written and shown, the rule is an error with its remedies; one that
    matches beside it is told as ever, and where a shard compared its stories the rule may hold."""
    parts, into = await shards(fires(tmp_path, 4), 2), tmp_path / "merged"
    for rule in ("across", "new-across"):
        made = invoke("merge", *parts, "--into", into, "--fail-on", rule)
        assert (made.exit_code, (into / "index.html").exists(), "4 stories" in made.stdout) == (2, True, True)
        assert f"error: --fail-on {rule}: no shard compared its stories" in made.stderr
        assert "add --compare" in made.stderr
    both = invoke("merge", *parts, "--into", into, "--fail-on", "across", "--fail-on", "dispute")
    assert both.exit_code == 2
    told = invoke("merge", *parts, "--into", into, "--fail-on", "across", "--progress", "jsonl")
    error, end = map(json.loads, told.stderr.splitlines())
    assert (error["event"], end["exit_code"], end["index"]) == ("error", 2, str(into / "index.html"))
    (tmp_path / "other").mkdir()
    desk = Desk(tmp_path / "other").stories("Eastley", "Sund")
    matched = invoke(
        "merge", *await shards(desk, 2), "--into", tmp_path / "more", "--fail-on", "dispute", "--fail-on", "across"
    )
    assert (matched.exit_code, "--fail-on dispute: 2 found" in matched.stderr) == (1, True)


async def test_a_rule_that_may_hold_is_asked(tmp_path: Path) -> None:
    """Where shards compared their stories, and where there is one story that could meet no other."""
    parts = await shards(fires(tmp_path, 4), 2, across=True)
    assert invoke("merge", *parts, "--into", tmp_path / "merged", "--fail-on", "across").exit_code == 1
    (tmp_path / "one").mkdir()
    lone = await shards(Desk(tmp_path / "one").stories("Eastley"), 1)
    assert invoke("merge", *lone, "--into", tmp_path / "alone", "--fail-on", "across").exit_code == 0


async def test_what_a_comparison_found_stands_where_reports_do(tmp_path: Path) -> None:
    """One story has another report since: what was found about it goes, the rest is shown as from before."""
    desk, into = fires(tmp_path, 6), tmp_path / "merged"
    before = merge(await shards(desk, 2, across=True), into, to_compare=True)
    means = means_of(desk.model, desk.store)
    compared = await between_shards.compare_shards(before, Later(into), RUN, means, CheckSettings(), Watch())
    desk.put(
        "s0/herald.txt", "Publisher: Herald\n\n12 people died in the Eastley fire, the police said.", "So it is 0."
    )
    index = merge(await shards(desk, 2, across=True), into)
    (changed,) = (row.key for row in index.stories if row.change == "changed")
    kept = {f.id for f in across(compared).findings if changed not in {side.story for side in f.sides}}
    found = {finding.id: finding.new for finding in across(index).findings}
    within = {finding.id for finding in across(before).findings}
    assert kept - within <= found.keys()
    assert not found.keys() & ({finding.id for finding in across(compared).findings} - kept)
    assert not any(found[id_] for id_ in kept - within)
    assert across(index).reasons == (between_shards.FOUND_EARLIER,)
    assert (across(index).whole, across(index).apart is not None) == (False, True)
    assert "aveva trovato" in IndexTable().render(index, Style(width=200, lang="it"))


async def test_what_no_index_has_said_is_new_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk when the compared index is written: the next run tells its findings as the first to do so."""
    desk, into = fires(tmp_path, 4), tmp_path / "merged"
    parts = await shards(desk, 2)

    async def compare() -> BatchIndex:
        before = merge(parts, into, to_compare=True)
        if failing:
            monkeypatch.setattr(filing, "file_index", full)
        means = means_of(desk.model, desk.store)
        return await between_shards.compare_shards(before, Later(into), RUN, means, CheckSettings(), Watch())

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "index.json")

    failing, real = True, filing.file_index
    with pytest.raises(SettingsError, match="make room"):
        await compare()
    monkeypatch.setattr(filing, "file_index", real)
    failing = False
    found = across(await compare()).findings
    assert found
    assert all(finding.new for finding in found)
    assert not any(finding.new for finding in across(await compare()).findings)


async def test_a_comparison_of_another_version_is_not_remembered(tmp_path: Path) -> None:
    """What cannot be read of it counts as no comparison, and ends no merging."""
    into = tmp_path / "merged"
    parts = await shards(fires(tmp_path, 4), 2, across=True)
    before = merge(parts, into)
    with Spool(into) as spool:
        spool.state("compared shards", '{"reports": "x", "across": {"status": "done", "of_another_version": 1}}')
    assert merge(parts, into).across == before.across
