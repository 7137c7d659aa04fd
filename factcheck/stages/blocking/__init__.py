"""Blocking: claims become candidate pairs, each with the rules that chose it; what is left out is counted."""

from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.expansion import expand
from factcheck.stages.blocking.rules import (
    DIFFERENT_PASSAGES,
    IDENTICAL_TEXT,
    NOT_COMPARABLE,
    SAME_PASSAGE_SHARED_KEY,
    Blocking,
    RuleCount,
    rule_counts,
)
from factcheck.stages.blocking.stage import Plan, Prepared, candidate_pairs, pair, prepare

__all__ = [
    "DIFFERENT_PASSAGES",
    "IDENTICAL_TEXT",
    "NOT_COMPARABLE",
    "SAME_PASSAGE_SHARED_KEY",
    "Blocking",
    "Known",
    "Plan",
    "Prepared",
    "RuleCount",
    "candidate_pairs",
    "expand",
    "pair",
    "prepare",
    "rule_counts",
]
