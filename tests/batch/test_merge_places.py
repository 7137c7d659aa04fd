"""Where a merge may put its index, and which shards it puts together: what does not go together is named."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from factcheck.batch import filing
from factcheck.batch.between_shards import Later, compare_shards
from factcheck.batch.merging import merge, read_index
from factcheck.errors import SettingsError
from factcheck.runs.files import write_pieces
from factcheck.settings import CheckSettings
from tests.batch.desk import Desk, Watch, across
from tests.batch.sharding import PLACES, fires, shards
from tests.cli.invoking import invoke
from tests.support.means import RUN, means_of


async def test_no_index_stands_among_other_files(tmp_path: Path) -> None:
    """A folder of articles is refused by the first of them, with the remedy, exit code 2, and nothing written."""
    desk = Desk(tmp_path).stories(*PLACES)
    parts = await shards(desk, 2)
    into = desk.root / PLACES[0].lower()
    before = sorted(into.iterdir())
    refused = invoke("merge", *parts, "--into", into)
    assert refused.exit_code == 2
    assert f"{into} holds gazette.txt, which is of no merged batch" in refused.stderr
    assert "--into DIR" in refused.stderr
    assert sorted(into.iterdir()) == before


async def test_a_folder_of_a_merge_is_used_again(tmp_path: Path) -> None:
    """Also one that was broken off before it had an index, one whose index is damaged, and one where somebody keeps
    notes; and one that holds nothing, or what the system puts everywhere."""
    parts, into = await shards(Desk(tmp_path).stories(*PLACES), 2), tmp_path / "merged"
    into.mkdir()
    (into / ".DS_Store").write_bytes(b"")
    whole = merge(parts, into)
    (into / "index.json").unlink()
    assert merge(parts, into) == whole
    (into / "index.json").write_text("{", encoding="utf-8")
    assert merge(parts, into) == whole
    (into / "notes.txt").write_text("mine", encoding="utf-8")
    assert merge(parts, into) == whole


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"shard": {"number": 2, "of": 4}},
            "{second} is shard 2 of 4, and {first} one of 2; name shards that were divided",
        ),
        ({"group_by": "event"}, "{second} was grouped by event, and {first} by folder; run one of them again with the"),
    ],
)
async def test_what_shards_do_not_have_in_common_is_named(tmp_path: Path, change: dict[str, object], said: str) -> None:
    """Both folders, what each is, and what to do."""
    first, second = await shards(Desk(tmp_path).stories(*PLACES), 2)
    index = read_index(second).model_dump(mode="json") | change
    (second / "index.json").write_text(
        type(read_index(second)).model_validate(index).model_dump_json(), encoding="utf-8"
    )
    with pytest.raises(SettingsError) as refused:
        merge([first, second], tmp_path / "merged")
    assert said.format(first=first, second=second) in str(refused.value)
    assert not (tmp_path / "merged").exists()


async def test_a_merge_takes_back_nothing_that_an_index_has_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between index.json and its page: the merging of the same shards shows what was found in the comparison."""
    desk, into = fires(tmp_path, 4), tmp_path / "merged"
    parts = await shards(desk, 2)
    before = merge(parts, into, to_compare=True)

    def killed_at_the_page(path: Path, pieces: Iterable[str]) -> None:
        if path.suffix == ".html":
            raise KeyboardInterrupt
        write_pieces(path, pieces)

    with monkeypatch.context() as patched:
        patched.setattr(filing, "write_pieces", killed_at_the_page)
        with pytest.raises(KeyboardInterrupt):
            await compare_shards(before, Later(into), RUN, means_of(desk.model, desk.store), CheckSettings(), Watch())
    told = {finding.id for finding in across(read_index(into)).findings}
    assert told
    assert told <= {finding.id for finding in across(merge(parts, into)).findings}
