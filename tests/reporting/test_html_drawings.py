"""The drawings of the page: steps of a changing figure, who rests on whom, who says what."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.findings import Origin
from factcheck.reporting.html.disputes import dispute_pages
from factcheck.reporting.html.graph import ROW, graph
from factcheck.reporting.html.lookup import look_up
from factcheck.reporting.html.matrix import matrix
from factcheck.reporting.html.timeline import HEIGHT, WIDTH, timelines
from factcheck.reporting.outline import outline
from factcheck.reporting.words.catalogue import words_in
from tests.support import reports
from tests.support.large_reports import large_report

W = words_in("en")


def test_an_update_becomes_steps_in_the_order_of_time() -> None:
    """States are in order of their days, the line goes right only, and every figure is at its own height."""
    report = large_report(20, 160, 20)
    lookup = look_up(report)
    found = timelines(dispute_pages(outline(report, W).explained, lookup, "explained", 1, W), lookup)
    assert len(found) == 2
    for line in found:
        assert [state.day for state in line.states] == sorted(state.day for state in line.states)
        assert line.steps is not None
        xs = [mark.x for mark in line.steps.marks]
        assert xs == sorted(xs)
        assert all(0 <= mark.x <= WIDTH and 0 <= mark.y <= HEIGHT for mark in line.steps.marks)
        heights = {mark.value: mark.y for mark in line.steps.marks}
        by_value = [heights[value] for value in sorted(heights)]
        assert by_value == sorted(by_value, reverse=True)
        assert re.fullmatch(r"M[\d.]+ [\d.]+(H[\d.]+V[\d.]+)*H[\d.]+", line.steps.path)


def test_what_is_no_number_is_told_and_not_drawn() -> None:
    """An update in words has its states in order and no drawing."""
    report = reports.veld_story()
    lookup = look_up(report)
    (line,) = timelines(dispute_pages(outline(report, W).explained, lookup, "explained", 1, W), lookup)
    assert line.steps is None
    assert len(line.states) == 2


names = st.sampled_from([f"Paper {number}" for number in range(30)])
origins = st.lists(
    st.builds(
        Origin,
        name=st.sampled_from([f"Agency {number}" for number in range(20)] + ["Paper 1", "Paper 2"]),
        basis=st.sampled_from(["stated", "speaker", "shared_text", "own_report", "credit"]),
        reason=st.just("r"),
        publishers=st.lists(names, unique=True, max_size=12).map(tuple),
        claims=st.just(()),
    ),
    max_size=25,
    unique_by=lambda origin: origin.name,
)


@given(origins)
@settings(deadline=None)
def test_names_of_the_graph_never_lie_on_each_other(given_origins: list[Origin]) -> None:
    """Publishers and origins are a row apart at least and inside the drawing; every line ends at an origin's height."""
    drawn = graph(given_origins)
    for column in ([p.y for p in drawn.publishers], sorted(o.y for o in drawn.origins)):
        assert all(after - before >= ROW - 0.11 for before, after in pairwise(column))
        assert all(0 < y <= drawn.height for y in column)
    heights = {f"{origin.y:g}" for origin in drawn.origins}
    for publisher in drawn.publishers:
        assert all(path.rpartition(" ")[2] in heights for path, _, _ in publisher.lines)
    pairs = {(name, o.name) for o in given_origins for name in o.publishers if name != o.name}
    assert {(p.name, name) for p in drawn.publishers for _, _, name in p.lines} == pairs


def test_a_hundred_publishers_fit_the_graph() -> None:
    """All hundred are drawn, each a row of its own, and none is left to the table."""
    agencies = [
        Origin(
            name=f"Agency {number}",
            basis="stated",
            reason="named",
            publishers=tuple(f"Paper {place}" for place in range(number, 100, 9)),
            claims=(),
        )
        for number in range(9)
    ]
    drawn = graph(agencies)
    assert len(drawn.publishers) == 100
    assert (drawn.publishers_left_out, drawn.origins_left_out) == (0, 0)


def test_the_matrix_tells_silence_from_contradiction() -> None:
    """An origin states a fact, contradicts it, or does both; a fact of one origin alone has no row."""
    found = matrix(reports.veld_story())
    cells = {row.fact.id: dict(zip(found.origins, row.cells, strict=True)) for row in found.rows}
    assert cells["f1"] == {"Harbour Journal": "states", "the palace": "contradicts"}
    assert cells["f5"] == {"Harbour Journal": "both", "the palace": "both"}
    assert "f6" not in cells
