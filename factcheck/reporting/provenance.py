"""What went wrong in a run and how it was made, in words."""

from __future__ import annotations

import shlex
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from factcheck.findings import UNCHOSEN, Inference, Report, Usage
from factcheck.models import Article, BaseClaim, Failure
from factcheck.reporting.words.catalogue import Words

SUBJECTS_SHOWN = 3


@dataclass(frozen=True)
class Trouble:
    """Failures of one kind, or one file that was not read."""

    what: str
    subjects: tuple[str, ...]
    """At most `SUBJECTS_SHOWN`."""
    left_out: int
    lost: bool
    """True when something is missing from the report; False for what was left aside on purpose."""


def article_name(article: Article) -> str:
    """The title; without one, the path."""
    return article.title or article.path


def troubles(
    report: Report, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article], w: Words
) -> tuple[Trouble, ...]:
    """Failures grouped by stage and message, then files that failed, then files that were skipped."""
    groups: dict[str, list[str]] = {}
    for failure in report.failures:
        groups.setdefault(failure_line(failure, w), []).append(failure_subject(failure, claims, articles, w))
    for refused in report.unreadable:
        groups.setdefault(w("trouble.unreadable", reason=w.told(refused.reason)), []).append(refused.path)
    lost = len(groups)
    for refused in report.skipped:
        groups.setdefault(w("trouble.skipped", reason=w.told(refused.reason)), []).append(refused.path)
    return tuple(
        Trouble(what, tuple(subjects[:SUBJECTS_SHOWN]), max(0, len(subjects) - SUBJECTS_SHOWN), index < lost)
        for index, (what, subjects) in enumerate(groups.items())
    )


def failure_line(failure: Failure, w: Words) -> str:
    """`judging failed: HTTP 503 (ModelUnavailable, after 5 attempts)`."""
    stage = w(f"stage.{failure.stage}")
    if failure.attempts > 1:
        return w("trouble.failed_after", failure.attempts, stage=stage, message=failure.message, kind=failure.kind)
    return w("trouble.failed", stage=stage, message=failure.message, kind=failure.kind)


def failure_subject(
    failure: Failure, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article], w: Words
) -> str:
    """The article's name or the two claims that a failure is about."""
    if failure.subject in articles:
        return article_name(articles[failure.subject])
    pair = [claims[part].text for part in failure.subject.split("|") if part in claims]
    return " / ".join(w("list.quoted", text=text) for text in pair) or failure.subject


def method(report: Report, w: Words) -> tuple[tuple[str, str], ...]:
    """Label and text of each line on how the report was made."""
    run = report.run
    model = run.model
    if run.confirm_model != run.model:
        model = w("method.model_confirmed", model=model, confirm=run.confirm_model)
    if run.base_url:
        address = run.base_url.removeprefix("https://").removeprefix("http://")
        model = w("method.model_at", model=model, address=address)
    rows = [
        ("model", model),
        ("program", f"factcheck {run.version}"),
        ("prompts", ", ".join(f"{name} ({mark})" for name, mark in sorted(run.prompts.items()))),
        ("settings", ", ".join(f"{key} = {_as_set(value)}" for key, value in sorted(run.settings.items()))),
        ("pairs", _pairs(report, w)),
        ("rules", _rules(report, w)),
        ("left_out", _counted({r: n for r, n in run.rules.items() if r in UNCHOSEN}, w)),
        ("judged", _judged(report, w)),
        ("inferred", _inferred(run.inference, w)),
        ("audit", _audit(run.inference, w)),
        ("failures", _failures(report, w)),
        ("requests", _requests(run.usage, w)),
        ("tokens", _tokens(run.usage, w)),
        ("cost", _cost(run.usage, w)),
        ("replay", _replay(report, w)),
        ("recording", run.cassette_note or ""),
        ("objection", w("method.objection_text")),
        ("limits", w("method.limits_text")),
    ]
    return tuple((w(f"method.{label}"), text) for label, text in rows if text)


def _inferred(inference: Inference, w: Words) -> str:
    named = {"spared": inference.spared, "filled": inference.filled, "closed": inference.closed}
    return "; ".join(w(f"method.{name}", number) for name, number in named.items() if number)


def _audit(inference: Inference, w: Words) -> str:
    if not inference.audited and not inference.unanswered:
        return ""
    low, high = (w.number(round(100 * share)) for share in (inference.low, inference.high))
    found = w("method.audit_found", inference.audited, disagreed=inference.disagreed, low=low, high=high)
    lost = w("method.audit_lost", inference.unanswered) if inference.unanswered else ""
    return "; ".join(part for part in (found, lost) if part)


def _requests(usage: Usage, w: Words) -> str:
    parts = [w("count.requests", usage.requests)]
    parts += [w("count.retries", usage.retries)] if usage.retries else []
    parts += [w("count.reasks", usage.reasks)] if usage.reasks else []
    parts += [w("count.answers_kept", usage.cache_hits)] if usage.cache_hits else []
    return ", ".join(parts)


def _tokens(usage: Usage, w: Words) -> str:
    prompt, completion = usage.prompt_tokens, usage.completion_tokens
    if usage.cached_tokens:
        return w("method.tokens_sum_cached", prompt=prompt, completion=completion, cached=usage.cached_tokens)
    return w("method.tokens_sum", prompt=prompt, completion=completion)


def _cost(usage: Usage, w: Words) -> str:
    if not usage.requests:
        return w("method.cost_nothing")
    if usage.cost_usd is None:
        return w("method.cost_unknown")
    return w("method.dollars", amount=w.money(usage.cost_usd))


def _pairs(report: Report, w: Words) -> str:
    """The sum that must add up: all candidate pairs, and what became of each."""
    s = report.summary
    return w("counts.pairs", s.pairs, judged=s.judged, inferred=s.inferred, failed=s.failed_pairs)


def _as_set(value: object) -> str:
    """A setting as `factcheck.toml` writes it."""
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _rules(report: Report, w: Words) -> str:
    """What chose the candidate pairs, and how many follow from those; together they are all candidate pairs."""
    chosen = {rule: number for rule, number in report.run.rules.items() if rule not in UNCHOSEN}
    follow = report.summary.pairs - sum(chosen.values())
    parts = [_counted(chosen, w)] if chosen else []
    parts += [w("method.rules_follow", follow)] if chosen and follow > 0 else []
    return "; ".join(parts)


def _judged(report: Report, w: Words) -> str:
    """`1,289 asked once, 14 asked twice, 380 inferred from other pairs (22.6%)`: how the relations came about."""
    ways = Counter(judgement.how for judgement in report.judgements)
    parts = []
    for how in ("model", "confirmed", "identical", "inferred"):
        if ways[how]:
            parts.append(w(f"method.way_{how}", ways[how], share=w.share(ways[how] / ways.total())))
    return ", ".join(parts)


def _failures(report: Report, w: Words) -> str:
    """What is missing from the report by kind, then the faults that calls met, most of which were mended."""
    parts = []
    if report.failures:
        parts.append(w("method.failures_by_kind", kinds=_counted(Counter(f.kind for f in report.failures), w)))
    if report.run.usage.faults:
        parts.append(w("method.faults_by_kind", kinds=_counted(report.run.usage.faults, w)))
    return "; ".join(parts)


def _counted(numbers: Mapping[str, int], w: Words) -> str:
    return ", ".join(f"{name} {w.number(number)}" for name, number in sorted(numbers.items()))


def _replay(report: Report, w: Words) -> str:
    """The command that repeats the run; the articles are named by the folder that holds them all."""
    if report.run.cassette is None:
        return w("method.not_recorded")
    paths = [PurePath(article.path) for article in report.articles]
    folders = [set(path.parents) for path in paths]
    common = max(set.intersection(*folders), key=lambda path: len(path.parts)) if folders else PurePath()
    where = str(paths[0] if len(paths) == 1 else common)
    command = shlex.join(["factcheck", "check", where, "--cassette", report.run.cassette])
    return w("method.replay_with", command=command)
