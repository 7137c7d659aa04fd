"""The published schemas: name -> the type it is generated from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from factcheck.changes.values import ReportDiff
from factcheck.findings import ExtractionReport, Report
from factcheck.index import BatchIndex
from factcheck.llm.base import WireModel
from factcheck.models import CLAIM, Article, CandidatePair, Judgement
from factcheck.stages.blocking.gists import WireGists
from factcheck.stages.extraction.wire import WireExtraction
from factcheck.stages.judging.wire import WireConfirmations, WireJudgements

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _WrittenSchema(GenerateJsonSchema):
    """What we write: every field is there, also those that may be left out when a value is made."""

    def field_is_required(self, field: Any, total: bool) -> bool:  # noqa: ARG002 -- pydantic's signature
        """Always."""
        return True


@dataclass(frozen=True)
class Published:
    """A type whose schema is published; of what a model must answer, the schema is the one the model is shown."""

    meaning: str
    source: TypeAdapter[Any] | type[WireModel]


SCHEMAS: Mapping[str, Published] = {
    "report": Published("the verdict report of one story: check -f json", TypeAdapter(Report)),
    "diff": Published("what moved between two runs: diff -f json", TypeAdapter(ReportDiff)),
    "extraction": Published("the claims of every article: extract -f json", TypeAdapter(ExtractionReport)),
    "index": Published("the index of a batch: index.json, batch -f json", TypeAdapter(BatchIndex)),
    "article": Published("one document with its numbered sentences", TypeAdapter(Article)),
    "claim": Published("one checkable statement with its evidence: a line of extract -f jsonl", CLAIM),
    "pair": Published("two claims worth judging and the rule that chose them", TypeAdapter(CandidatePair)),
    "judgement": Published("the relation found between two claims", TypeAdapter(Judgement)),
    "answer_extract_claims": Published("what a model must answer to extract_claims", WireExtraction),
    "answer_gist_claims": Published("what a model must answer to gist_claims", WireGists),
    "answer_judge_pairs": Published("what a model must answer to judge_pairs", WireJudgements),
    "answer_confirm_conflict": Published("what a model must answer to confirm_conflict", WireConfirmations),
}


def schema_text(name: str) -> str:
    """The schema of `name` as stable JSON text with a newline at its end; KeyError when there is none."""
    source = SCHEMAS[name].source
    body = (
        source.json_schema(mode="serialization", schema_generator=_WrittenSchema)
        if isinstance(source, TypeAdapter)
        else source.wire_schema()
    )
    return json.dumps({"$schema": DIALECT, **body}, indent=2, ensure_ascii=True) + "\n"
