"""Rows of a batch as they are held, and the index that is written from them a row at a time."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.batch.filing import file_index
from factcheck.batch.packed_rows import PackedRows
from factcheck.index import StoryRow
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import IndexPage
from factcheck.reporting.json_document import JsonDocument
from tests.support.indexes import ACROSS, DISPUTED, FAILED, index, row

TITLES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True)


@given(TITLES)
def test_rows_come_back_as_they_were_put_in_and_in_that_order(titles: list[str]) -> None:
    """Whatever stands in them, and also after one of them was put in anew or taken out."""
    rows = PackedRows()
    put = {title: row(title) for title in titles}
    rows.update(put)
    assert dict(rows) == put
    assert list(rows) == titles
    for title in titles[::2]:
        rows[title] = put[title] = put[title].model_copy(update={"articles": 7})
    for title in titles[1::3]:
        assert rows.pop(title) == put.pop(title)
    assert list(rows.values()) == list(put.values())
    assert len(rows) == len(put)


def test_a_copy_goes_its_own_way() -> None:
    """What is put into the copy does not come into the rows that it was made of."""
    rows = PackedRows()
    rows["night"] = row("night")
    copy = PackedRows(rows)
    copy["morning"] = row("morning")
    del copy["night"]
    assert (list(rows), list(copy)) == (["night"], ["morning"])


def test_a_row_takes_little_memory() -> None:
    """A row with a dispute, a reason and paths is held in less than a kilobyte."""
    full = DISPUTED.model_copy(update={"new_articles": tuple(f"desk/story/article-{n}.txt" for n in range(10))})
    rows = PackedRows()
    rows["one"] = full
    (held,) = rows._packed.values()
    assert len(held) < 1000


@pytest.mark.parametrize("rows", [(), (FAILED,), (row("night"), row("morning"), DISPUTED, FAILED)])
@pytest.mark.parametrize("lang", ["en", "it"])
def test_an_index_written_a_row_at_a_time_is_the_one_written_at_once(
    rows: tuple[StoryRow, ...], lang: str, tmp_path: Path
) -> None:
    """To the byte, as JSON and as a page, for no row, one and many."""
    told = index(*rows, across=ACROSS if len(rows) > 2 else None)
    style = Style(lang=lang)
    file_index(tmp_path, told, style)
    assert (tmp_path / "index.json").read_text() == JsonDocument().render(told, style)
    assert (tmp_path / "index.html").read_text() == IndexPage("report.html").render(told, style)
