"""What a batch would cost, told beforehand, against what it then asks."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from factcheck import api
from factcheck.batch import links, neighbours
from factcheck.batch.estimating import most_between
from factcheck.batch.options import BatchOptions
from factcheck.errors import InputError, SettingsError
from factcheck.index import GroupBy
from factcheck.settings import BatchSettings, CacheSettings, ModelSettings, Settings
from tests.batch.desk import Desk
from tests.cli.invoking import invoke
from tests.support import newsstand
from tests.support.newsroom_server import Manner, NewsroomServer, newsroom_thread

REPOSITORY = Path(__file__).parents[2]
SENTENCES = 3
"""Of an article here, for the newsroom finds one claim in each, and the estimate expects more than one a sentence."""

Newsroom = tuple[str, NewsroomServer]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    """A server's base URL, and itself."""
    with newsroom_thread(Manner()) as served:
        yield served


def settings(folder: Path, url: str | None = None, *, across: bool = True) -> Settings:
    """Of a model whose price is known, with a cache of its own."""
    return Settings(
        model=ModelSettings(model="gpt-5.4-mini", base_url=url),
        cache=CacheSettings(directory=folder / "cache"),
        batch=BatchSettings(across_stories=across),
    )


def write(root: Path, stories: int, articles: int, *, flat: bool = False) -> None:
    """So many stories of so many short articles, a folder each or all in one."""
    for story in range(stories):
        folder = root if flat else root / f"story-{story:02}"
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(articles):
            text = newsstand.article(story, number, SENTENCES)
            (folder / f"{story:02}-{number:02}.txt").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("stories", "articles", "flat"),
    [
        pytest.param(30, 2, False, id="thirty stories of two articles"),
        pytest.param(3, 10, False, id="three stories of ten articles"),
        pytest.param(30, 2, True, id="thirty stories of two articles, by event"),
    ],
)
def test_a_batch_asks_no_more_than_was_told_and_at_least_half_of_it(
    stories: int, articles: int, flat: bool, newsroom: Newsroom, tmp_path: Path
) -> None:
    """Requests and tokens in of a batch are at most those told with the pairs between stories, and no less than half of
    those told within the stories; afterwards there is nothing to pay within them."""
    url, server = newsroom
    write(tmp_path / "desk", stories, articles, flat=flat)
    wanted = settings(tmp_path, url)
    told = api.estimate_batch(tmp_path / "desk", wanted)
    assert server.seen.requests == 0
    index = api.batch(tmp_path / "desk", wanted, BatchOptions(folder=tmp_path / "out"))
    assert told.between is not None
    assert index.across is not None
    assert index.across.pairs <= told.between.pairs
    for asked, within, between in (
        (server.seen.requests, told.requests, told.between.requests),
        (index.usage.prompt_tokens, told.prompt_tokens, told.between.prompt_tokens),
    ):
        assert asked <= within + between
        assert within <= 2 * asked
    assert told.cost_usd is not None
    again = api.estimate_batch(tmp_path / "desk", wanted)
    assert (again.requests, again.cost_usd, again.claims_basis) == (0, 0.0, "counted")
    assert all(stage.paid == stage.units for stage in again.stages)


def test_the_demo_stories_take_what_is_told(tmp_path: Path) -> None:
    """Of the seeds as a batch as many requests are told within the stories as the recordings hold with their re-asks,
    as README says."""
    told = api.estimate_batch(REPOSITORY / "seeds", settings(tmp_path))
    recordings = sorted((REPOSITORY / "cassettes" / "demo").glob("*.yaml"))
    recorded = sum(file.read_text("utf-8").count("\n- request:") for file in recordings)
    assert len(told.stories) == len(recordings)
    assert told.requests == recorded == 39


def test_the_sum_is_that_of_each_folder_by_itself(tmp_path: Path) -> None:
    """By folder, the estimate of a batch is the sum of the estimates of the stories, each as a check would be told."""
    wanted = settings(tmp_path, across=False)
    told = api.estimate_batch(REPOSITORY / "seeds", wanted)
    folders = sorted(folder for folder in (REPOSITORY / "seeds").iterdir() if folder.is_dir())
    each = [api.estimate(api.read(folder), wanted) for folder in folders]
    assert [(s.title, s.articles, s.claims, s.requests, s.cost_usd) for s in told.stories] == [
        (folder.name, e.articles, e.claims, e.requests, e.cost_usd) for folder, e in zip(folders, each, strict=True)
    ]
    assert told.requests == sum(e.requests for e in each)
    assert told.candidates == sum(e.candidates for e in each)
    assert told.prompt_tokens == sum(stage.prompt_tokens for e in each for stage in e.stages)
    assert told.cost_usd == pytest.approx(sum(e.cost_usd or 0 for e in each))
    assert told.between is None


@pytest.mark.parametrize("group_by", [None, "folder", "event", "date", "none"])
@pytest.mark.parametrize("flat", [False, True])
def test_the_stories_are_those_of_the_batch(
    group_by: GroupBy | None, flat: bool, newsroom: Newsroom, tmp_path: Path
) -> None:
    """However stories are found, and when nobody says how: the same ones, with the same titles and articles."""
    write(tmp_path / "desk", 4, 2, flat=flat)
    wanted = settings(tmp_path, newsroom[0], across=False)
    told = api.estimate_batch(tmp_path / "desk", wanted, group_by)
    options = BatchOptions(folder=tmp_path / "out", group_by=group_by, across_stories=False)
    index = api.batch(tmp_path / "desk", wanted, options)
    assert told.group_by == index.group_by
    assert sorted((story.title, story.articles) for story in told.stories) == sorted(
        (row.title, row.articles) for row in index.stories
    )


def test_it_leaves_no_trace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither beside the articles, nor where runs go, nor in the temporary folder."""
    work, temporary = tmp_path / "work", tmp_path / "temporary"
    work.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    write(work / "desk", 2, 2)
    before = sorted(work.rglob("*"))
    api.estimate_batch("desk", settings(tmp_path))
    assert (sorted(work.rglob("*")), list(temporary.iterdir())) == (before, [])


def test_no_place_for_temporary_files_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As an error of settings that names the remedy."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    write(tmp_path / "desk", 1, 2)
    with pytest.raises(SettingsError, match="TMPDIR"):
        api.estimate_batch(tmp_path / "desk", settings(tmp_path))


def test_every_file_is_counted(tmp_path: Path) -> None:
    """A copy word for word is skipped, a file that cannot be read counts as such, and a folder of such is no story."""
    desk = Desk(tmp_path).stories("Eastley")
    desk.put("eastley/copy.txt", (desk.root / "eastley" / "herald.txt").read_text("utf-8"), rest="")
    (desk.root / "broken").mkdir()
    (desk.root / "broken" / "scan.pdf").write_bytes(b"%PDF-1.7 nothing of a page")
    told = api.estimate_batch(desk.root, settings(tmp_path))
    assert (told.articles, told.skipped, told.unreadable) == (2, 1, 1)
    assert [(story.title, story.articles) for story in told.stories] == [("eastley", 2)]
    assert told.between is None


def test_nothing_below_the_root_is_said(tmp_path: Path) -> None:
    """As by a batch."""
    (tmp_path / "desk").mkdir()
    with pytest.raises(InputError, match="desk"):
        api.estimate_batch(tmp_path / "desk", settings(tmp_path))


@pytest.mark.parametrize("inside", [0, 900, 100_000])
@pytest.mark.parametrize("near", [0, 3, 10_000])
def test_the_bound_between_stories_is_that_of_the_batch(inside: int, near: int) -> None:
    """As many as the batch takes of the most alike, and for stories that are nearly one as many as it weighs."""
    alike = max(neighbours.FEWEST, int(neighbours.SHARE * inside))
    weighed = max(links.FEWEST, int(links.SHARE * inside))
    assert most_between(inside, 0) == alike
    assert alike <= most_between(inside, near) <= alike + weighed
    assert (most_between(inside, near) == alike) == (near == 0)


def test_the_command_tells_it_in_words_and_for_programs(tmp_path: Path) -> None:
    """`--stories`, or `--group-by` alone: stories, requests, cost within and between them; the same in JSON."""
    seeds = REPOSITORY / "seeds"
    flags = ("-m", "gpt-5.4-mini", "--cache-dir", tmp_path)
    told = invoke("estimate", seeds, "--stories", *flags)
    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("3 stories by folder; 15 articles; ")
    data = json.loads(invoke("estimate", seeds, "--stories", "-f", "json", *flags).stdout)
    assert f"within the stories: {data['requests']} requests, about ${data['cost_usd']:.2f} or less" in told.stdout
    assert f"between the stories: no more than {data['between']['requests']} requests" in told.stdout
    assert "not extracted yet" in told.stdout
    grouped = invoke("estimate", seeds, "--group-by", "event", "--no-across-stories", *flags).stdout
    assert " by event; 15 articles; " in grouped
    assert "become one because their claims" not in grouped
    assert "between the stories" not in grouped
    assert "become one because their claims" in invoke("estimate", seeds, "--group-by", "event", *flags).stdout


def test_the_plain_estimate_of_a_folder_of_folders_says_what_it_takes_it_for(tmp_path: Path) -> None:
    """All as one story is told on stderr with the remedy; of a folder without folders nothing is said."""
    flags = ("-m", "gpt-5.4-mini", "--cache-dir", tmp_path)
    told = invoke("estimate", REPOSITORY / "seeds", *flags)
    assert "taken as one story" in told.stderr
    assert "seeds --stories" in told.stderr
    assert invoke("estimate", REPOSITORY / "seeds" / "harbour-fire", *flags).stderr == ""


def test_several_roots_and_empty_ones_are_refused(tmp_path: Path) -> None:
    """A batch has one root; where there is no article there is nothing to tell."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / ".factcheckignore").write_text("*.txt\n", encoding="utf-8")
    (tmp_path / "a" / "left-out.txt").write_text("12 people died in the Eastley fire.\n", encoding="utf-8")
    (tmp_path / "b").mkdir()
    several = invoke("estimate", tmp_path / "a", tmp_path / "b", "--stories", "-m", "local")
    assert (several.exit_code, "one folder" in several.stderr) == (2, True), several.stderr
    nothing = invoke("estimate", tmp_path / "a", "--stories", "-m", "local")
    assert (nothing.exit_code, nothing.stdout) == (4, ""), nothing.stderr
