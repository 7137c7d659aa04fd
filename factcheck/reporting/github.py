"""GitHub Actions: workflow commands that show disputes and failures as annotations of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from factcheck.findings import Report
from factcheck.models import BaseClaim
from factcheck.reporting.base import Style
from factcheck.reporting.junit import told
from factcheck.reporting.marking import shortened
from factcheck.reporting.outline import DisputeView, outline
from factcheck.reporting.provenance import failure_line, failure_subject
from factcheck.reporting.sentences import told_in
from factcheck.reporting.untrusted import github, github_property
from factcheck.reporting.words.catalogue import Words, words_in

SHOWN = 10
"""Annotations of one kind that GitHub shows of a step."""
TITLE = 200
"""Characters of a title; GitHub takes 255."""


class GitHubAnnotations:
    """Direct disputes are warnings, what failed are errors, differences that explain themselves are notices.

    GitHub shows ten warnings, errors and notices each a step and drops the rest without a word, so the worst come first
    and the tenth says how many more there are. The step summary is the Markdown report; the command line adds it where
    GitHub names a file for it.
    """

    name = "github"
    suffixes: tuple[str, ...] = ()

    def render(self, document: Report, style: Style) -> str:
        """One command a line; the headline is the first notice."""
        w = words_in(style.lang)
        return "".join(line + "\n" for line in _commands(told_in(document, w), w))


def _commands(report: Report, w: Words) -> Iterator[str]:
    view = outline(report, w)
    paths = {article.id: article.path for article in report.articles}
    claims: dict[str, BaseClaim] = report.claims()
    facts = {fact.id: fact for fact in report.facts}

    def where(dispute: DisputeView) -> str | None:
        """The file of an article that carries a side, so that the annotation stands at it."""
        own = (claims.get(id_) for fact in dispute.facts if fact in facts for id_ in facts[fact].claims)
        return min((paths[claim.article_id] for claim in own if claim and claim.article_id in paths), default=None)

    yield from _told_when_cut(
        "warning", [_command("warning", d.title, [*told(d, w)], where(d)) for d in view.disputes], w
    )
    articles = {article.id: article for article in report.articles}
    errors = [
        _command("error", failure_line(f, w), [failure_subject(f, claims, articles, w)], paths.get(f.subject))
        for f in report.failures
    ]
    errors += [
        _command("error", refused.path, [w("trouble.unreadable", reason=refused.reason)], refused.path)
        for refused in report.unreadable
    ]
    yield from _told_when_cut("error", errors, w)
    notices = [_command("notice", "factcheck", [report.summary.headline])]
    notices += [_command("notice", d.title, [*told(d, w)], where(d)) for d in view.explained]
    yield from _told_when_cut("notice", notices, w)


def _told_when_cut(level: str, commands: Sequence[str], w: Words) -> Iterator[str]:
    """All of a kind; when GitHub will not show all, the last one that it shows says so."""
    if len(commands) <= SHOWN:
        yield from commands
        return
    yield from commands[: SHOWN - 1]
    yield _command(level, "factcheck", [w("cut.annotations", len(commands) - SHOWN + 1)])
    yield from commands[SHOWN - 1 :]


def _command(level: str, title: str, lines: Sequence[str], file: str | None = None) -> str:
    """NOTE: `%0A` is how a message of several lines is written; no line end of anybody else's comes so far."""
    message = "%0A".join(map(github, lines))
    place = f"file={github_property(file)}," if file else ""
    return f"::{level} {place}title={github_property(shortened(title, TITLE))}::{message}"
