"""The labels of the seed stories are sound: every name in them leads somewhere, and every quote stands in its file."""

from __future__ import annotations

import itertools
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.seeds.labels import LabelledPair, StoryLabels, load, stories

STORIES = [pytest.param(folder, id=folder.name) for folder in stories()]
ARTICLE_SUFFIXES = {".txt", ".md"}


def text_of(folder: Path, file: str) -> str:
    """The text of a file of the story."""
    return (folder / file).read_text(encoding="utf-8")


def contradictions(labels: StoryLabels) -> set[frozenset[str]]:
    """The pairs labelled as contradictions of any nature."""
    return {frozenset((p.a, p.b)) for p in labels.pairs if p.relation == "contradicts"}


def test_there_are_stories() -> None:
    """The three stories that cassettes and the quality gate rest on are there with labels."""
    assert {folder.name for folder in stories()} >= {"contatti-musk-putin", "harbour-fire", "greve-transalp"}


@pytest.mark.parametrize("folder", STORIES)
def test_articles_are_the_files_not_ignored(folder: Path) -> None:
    """The labelled articles are exactly the article files that .factcheckignore leaves, and it leaves out our notes."""
    ignored = set(text_of(folder, ".factcheckignore").split())
    assert ignored == {"README.md", "labels.json"}
    files = {path.name for path in folder.iterdir() if path.suffix in ARTICLE_SUFFIXES} - ignored
    assert {article.file for article in load(folder).articles} == files
    assert 2 <= len(files) <= 8


@pytest.mark.parametrize("folder", STORIES)
def test_readme_states_the_licence(folder: Path) -> None:
    """Each story's README says that its text is ours and under which licence."""
    assert "Apache-2.0" in text_of(folder, "README.md")


@pytest.mark.parametrize("folder", STORIES)
def test_sizes(folder: Path) -> None:
    """A story has 12 to 25 key claims and 15 to 40 pairs, enough to measure and few enough to read."""
    labels = load(folder)
    assert 12 <= len(labels.key_claims) <= 25
    assert 15 <= len(labels.pairs) <= 40


@pytest.mark.parametrize("folder", STORIES)
def test_quotes_stand_once_in_their_file(folder: Path) -> None:
    """The quote of a key claim names one place of its file."""
    labels = load(folder)
    counts = {claim.id: text_of(folder, claim.file).count(claim.quote) for claim in labels.key_claims}
    assert {claim_id: n for claim_id, n in counts.items() if n != 1} == {}


@pytest.mark.parametrize("folder", STORIES)
def test_outside_stands_in_its_file_apart_from_claims(folder: Path) -> None:
    """What is outside the story stands in its file, and no key claim is quoted from it."""
    labels = load(folder)
    for outside in labels.outside:
        assert outside.quote in text_of(folder, outside.file)
        for claim in labels.key_claims:
            assert claim.file != outside.file or (claim.quote not in outside.quote and outside.quote not in claim.quote)


@pytest.mark.parametrize("folder", STORIES)
def test_ids_are_unique_and_resolve(folder: Path) -> None:
    """Ids are used once, and every id in pairs, origins, disputes and never-pairs is that of a key claim."""
    labels = load(folder)
    ids = {claim.id for claim in labels.key_claims}
    assert [claim_id for claim_id, n in Counter(c.id for c in labels.key_claims).items() if n > 1] == []
    named = {i for pair in labels.pairs for i in (pair.a, pair.b)}
    named |= {i for origin in labels.origins for i in origin.claims}
    named |= {i for dispute in labels.disputes for side in dispute.sides for i in side}
    assert named - ids == set()
    elsewhere = {outside.quote for outside in labels.outside}
    assert {i for pair in labels.never for i in (pair.a, pair.b)} - ids - elsewhere == set()
    assert {claim.file for claim in labels.key_claims} <= {article.file for article in labels.articles}


@pytest.mark.parametrize("folder", STORIES)
def test_publishers_are_those_of_the_article(folder: Path) -> None:
    """The publisher of a key claim is one that its article names, or nobody where the file names nobody."""
    labels = load(folder)
    named = {article.file: article.publishers for article in labels.articles}
    wrong = [c.id for c in labels.key_claims if (c.publisher not in named[c.file] if named[c.file] else c.publisher)]
    assert wrong == []


@pytest.mark.parametrize("folder", STORIES)
def test_pairs_are_labelled_once(folder: Path) -> None:
    """No pair is labelled twice."""
    counts = Counter((pair.a, pair.b) for pair in load(folder).pairs)
    assert [pair for pair, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("folder", STORIES)
def test_each_origin_claim_has_one_origin(folder: Path) -> None:
    """A key claim rests on at most one origin."""
    counts = Counter(claim for origin in load(folder).origins for claim in origin.claims)
    assert [claim for claim, n in counts.items() if n > 1] == []


@pytest.mark.parametrize("folder", STORIES)
def test_disputes_rest_on_contradictions(folder: Path) -> None:
    """A dispute has a labelled contradiction of each of its kinds between its sides, and none inside a side."""
    labels = load(folder)
    kinds = {frozenset((p.a, p.b)): p.kind for p in labels.pairs if p.relation == "contradicts"}
    for dispute in labels.disputes:
        across = {
            kinds.get(frozenset((a, b)))
            for one, other in itertools.combinations(dispute.sides, 2)
            for a, b in itertools.product(one, other)
        }
        assert across - {None} == set(dispute.kinds), dispute.question
        for side in dispute.sides:
            inside = {frozenset(pair) for pair in itertools.combinations(side, 2)}
            assert inside & contradictions(labels) == set(), dispute.question


@pytest.mark.parametrize("folder", STORIES)
def test_contradictions_are_in_one_dispute(folder: Path) -> None:
    """Every labelled contradiction lies between two sides of exactly one dispute."""
    labels = load(folder)
    for pair in contradictions(labels):
        a, b = sorted(pair)
        homes = [d.question for d in labels.disputes if any(a in s for s in d.sides) and any(b in s for s in d.sides)]
        assert len(homes) == 1, (a, b, homes)


@pytest.mark.parametrize("folder", STORIES)
def test_never_pairs_are_not_contradictions(folder: Path) -> None:
    """What must never be a contradiction is not labelled as one."""
    labels = load(folder)
    assert {frozenset((pair.a, pair.b)) for pair in labels.never} & contradictions(labels) == set()


@pytest.mark.parametrize("folder", STORIES)
def test_labels_obey_the_inference_rules(folder: Path) -> None:
    """Equivalent claims carry the same label towards every third claim that both are labelled against."""
    labels = load(folder)
    label = {frozenset((p.a, p.b)): "contradicts" if p.relation == "contradicts" else "other" for p in labels.pairs}
    ids = {claim.id for claim in labels.key_claims}
    for pair in labels.pairs:
        if pair.relation != "equivalent":
            continue
        for third in ids - {pair.a, pair.b}:
            one, other = label.get(frozenset((pair.a, third))), label.get(frozenset((pair.b, third)))
            assert one is None or other is None or one == other, (pair.a, pair.b, third)


def test_a_pair_out_of_order_is_refused() -> None:
    """A pair whose higher id comes first does not parse."""
    with pytest.raises(ValidationError, match="lower id"):
        LabelledPair(a="02a", b="01a", relation="equivalent", why="x")


def test_a_contradiction_without_a_kind_is_refused() -> None:
    """A contradiction that does not say what it is about does not parse."""
    with pytest.raises(ValidationError, match="kind and nature"):
        LabelledPair(a="01a", b="02a", relation="contradicts", why="x")
