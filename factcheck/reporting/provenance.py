"""What went wrong in a run and how it was made, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from factcheck.findings import Report, Usage
from factcheck.models import Article, BaseClaim, Failure
from factcheck.reporting import wording
from factcheck.reporting.wording import count

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


def troubles(report: Report, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article]) -> tuple[Trouble, ...]:
    """Failures grouped by stage and message, then files that failed, then files that were skipped."""
    groups: dict[str, list[str]] = {}
    for failure in report.failures:
        tries = f", after {count(failure.attempts, 'attempt')}" if failure.attempts > 1 else ""
        what = f"{failure.stage} failed: {failure.message} ({failure.kind}{tries})"
        groups.setdefault(what, []).append(_subject(failure, claims, articles))
    for refused in report.unreadable:
        groups.setdefault(f"could not be read: {refused.reason}", []).append(refused.path)
    lost = len(groups)
    for refused in report.skipped:
        groups.setdefault(f"skipped: {refused.reason}", []).append(refused.path)
    return tuple(
        Trouble(what, tuple(subjects[:SUBJECTS_SHOWN]), max(0, len(subjects) - SUBJECTS_SHOWN), index < lost)
        for index, (what, subjects) in enumerate(groups.items())
    )


def _subject(failure: Failure, claims: Mapping[str, BaseClaim], articles: Mapping[str, Article]) -> str:
    if failure.subject in articles:
        return article_name(articles[failure.subject])
    pair = [claims[part].text for part in failure.subject.split("|") if part in claims]
    return " / ".join(f"“{text}”" for text in pair) or failure.subject


def method(report: Report) -> tuple[tuple[str, str], ...]:
    """Label and text of each line on how the report was made."""
    run = report.run
    model = run.model
    if run.confirm_model != run.model:
        model += f", contradictions confirmed by {run.confirm_model}"
    if run.base_url:
        model += f", at {run.base_url.removeprefix('https://').removeprefix('http://')}"
    rows = [
        ("Model", model),
        ("Program", f"factcheck {run.version}"),
        ("Prompts", ", ".join(sorted(run.prompts))),
        ("Settings", ", ".join(f"{key} = {value}" for key, value in sorted(run.settings.items()))),
        ("Pairs by rule", ", ".join(f"{rule} {number:,}" for rule, number in sorted(run.rules.items()))),
        ("Requests", _requests(run.usage)),
        ("Tokens", _tokens(run.usage)),
        ("Cost", _cost(run.usage)),
        ("Replay", _replay(run.cassette)),
        ("Recording", run.cassette_note or ""),
        ("Limits", wording.LIMITS),
    ]
    return tuple((label, text) for label, text in rows if text)


def _requests(usage: Usage) -> str:
    parts = [f"{usage.requests:,} sent"]
    parts += [f"{count(usage.retries, 'retry', 'retries')}"] if usage.retries else []
    parts += [f"{count(usage.reasks, 're-ask')}"] if usage.reasks else []
    parts += [f"{count(usage.cache_hits, 'answer')} from the cache"] if usage.cache_hits else []
    return ", ".join(parts)


def _tokens(usage: Usage) -> str:
    cached = f" ({usage.cached_tokens:,} of them cached by the provider)" if usage.cached_tokens else ""
    return f"{usage.prompt_tokens:,} in{cached}, {usage.completion_tokens:,} out"


def _cost(usage: Usage) -> str:
    if not usage.requests:
        return "nothing was asked of the model in this run"
    if usage.cost_usd is None:
        return "price not known"
    return f"{usage.cost_usd:.4f} US dollars" if usage.cost_usd < 1 else f"{usage.cost_usd:.2f} US dollars"


def _replay(cassette: str | None) -> str:
    if cassette is None:
        return "not recorded; add --cassette FILE to record a run that anyone can repeat without a key"
    return f"repeat the command with --cassette {cassette}: it runs without a key and without the network"
