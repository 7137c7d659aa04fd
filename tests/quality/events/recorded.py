"""What a model's claims say about the articles of a set, as recorded in `claims/`, and how to record it again.

Run as `python -m tests.quality.events.recorded SET MODEL BASE_URL FOLDER`: a batch over the articles of the set in
which no story is joined, with all compared that says whether two of them are one. Answers are kept in FOLDER/cache, so
that a run that was broken off goes on. The labels are in no request.

The recordings here come from a relay as in `cassettes/README.md`, in November 2026: a language model answered, which
saw the request alone; no hosted provider was called. They say what our prompts make such a model answer.

A line of a recording is an article with its claims that another report would state or contest, each with the number of
the fact that it is part of in its story's report; the last two are the pairs of claims that support and contradict each
other, numbered as the claims stand in the file.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from unittest.mock import patch

from pydantic import SecretStr

from factcheck import api
from factcheck.batch import weighing
from factcheck.batch.filing import INDEX
from factcheck.batch.options import BatchOptions
from factcheck.index import BatchIndex
from factcheck.models import Label, Value
from factcheck.runs.reading import read_report
from factcheck.settings import CacheSettings, ModelSettings, Settings

FOLDER = Path(__file__).resolve().parent
CLAIMS = FOLDER / "claims"
TIMEOUT, AT_ONCE = 12_000.0, 64
"""Seconds for an answer and requests under way; whoever answers may be slow."""


class Claimed(Value):
    """A claim of a recording."""

    title: str
    """Of its article."""
    fact: int
    text: str


class Recording(Value):
    """The claims of a set and the pairs of them that are related."""

    claims: tuple[Claimed, ...]
    supports: tuple[tuple[int, int], ...]
    contradicts: tuple[tuple[int, int], ...]


def recording_of(name: str) -> Recording | None:
    """The recording of a set; None when there is none."""
    path = CLAIMS / f"{name}.jsonl"
    if not path.is_file():
        return None
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    claims = [
        Claimed(title=line["title"], fact=fact, text=text)
        for line in lines
        if "title" in line
        for fact, text in line["claims"]
    ]
    related = {label: pairs for line in lines if "title" not in line for label, pairs in line.items()}
    return Recording.model_validate({"claims": claims, **related})


def lines_of(folder: Path) -> Iterator[str]:
    """The recording of the batch in `folder`."""
    index = BatchIndex.model_validate_json((folder / INDEX).read_bytes())
    told, related, facts = list[tuple[str, int, str, str]](), list[tuple[Label, tuple[str, str]]](), 0
    for row in sorted(index.stories, key=lambda row: row.title):
        report = read_report(folder / str(row.report))
        claims, titles = report.claims(), {article.id: str(article.title) for article in report.articles}
        for fact in report.facts:
            own = [claims[id_] for id_ in fact.claims if claims[id_].core and not claims[id_].ungrounded]
            told += [(titles[claim.article_id], facts, claim.id, claim.text) for claim in own]
            facts += bool(own)
        firm = [j for j in report.judgements if j.certainty == "firm" and j.relation != "unrelated"]
        related += [(judgement.label, judgement.key) for judgement in firm]
    between = index.across.findings if index.across is not None else ()
    related += [(found.relation, pair) for found in between for pair in found.pairs]
    told.sort()
    number = {id_: at for at, (_, _, id_, _) in enumerate(told)}
    for title, claims_of in groupby(told, key=lambda claim: claim[0]):
        yield _line({"title": title, "claims": [(fact, text) for _, fact, _, text in claims_of]})
    for label in ("supports", "contradicts"):
        pairs = [pair for its, pair in related if its == label and number.keys() >= set(pair)]
        yield _line({label: sorted(sorted(number[id_] for id_ in pair) for pair in pairs)})


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def record(name: str, model: str, base_url: str, folder: Path) -> None:
    """Run the set and write its recording."""
    root = folder / name
    root.mkdir(parents=True, exist_ok=True)
    for number, line in enumerate(sorted((FOLDER / f"{name}.jsonl").read_text("utf-8").splitlines())):
        fields = {field: value for field, value in json.loads(line).items() if field != "event"}
        (root / f"{number:03}.json").write_text(json.dumps(fields), encoding="utf-8")
    key = SecretStr(os.environ.get("OPENAI_API_KEY", "none"))
    settings = Settings(
        model=ModelSettings(model=model, base_url=base_url, api_key=key, timeout=TIMEOUT, concurrency=AT_ONCE),
        cache=CacheSettings(directory=folder / "cache"),
    )
    out = folder / f"{name}-batch"
    with patch.object(weighing, "linked", lambda *_: {}):
        index = api.batch(root, settings, BatchOptions(folder=out, group_by="event"))
    if index.stopped is not None or index.across is None or index.across.status != "done":
        raise SystemExit(f"not recorded: {index.stopped or 'the stories were not compared to the end'}")
    CLAIMS.mkdir(exist_ok=True)
    (CLAIMS / f"{name}.jsonl").write_text("".join(f"{line}\n" for line in lines_of(out)), encoding="utf-8")


if __name__ == "__main__":
    record(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
