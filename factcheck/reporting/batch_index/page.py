"""The index as one HTML file: no script, no network, readable in the dark and on paper."""

from __future__ import annotations

import html
from collections.abc import Collection, Iterable, Iterator, Sequence
from importlib.resources import files
from urllib.parse import quote

from factcheck.index import AcrossFinding, AcrossSide, BatchHead, BatchIndex, StoryRow
from factcheck.reporting.base import Style
from factcheck.reporting.batch_index import lines
from factcheck.reporting.html.addresses import anchor
from factcheck.reporting.untrusted import clean
from factcheck.reporting.wording import cut
from factcheck.reporting.words.catalogue import Words, words_in

DATA = "report.json"
FINDINGS_SHOWN = 500
"""Of conflicts, and of agreements, between stories; the JSON has all."""


class IndexPage:
    """The page; links go to the stories' folders beside it."""

    name = "html"
    suffixes: tuple[str, ...] = (".html",)

    def __init__(self, report: str = DATA) -> None:
        """`report` is the file in a story's folder that its title leads to."""
        self._report = report

    def render(self, document: BatchIndex, style: Style) -> str:
        """The whole page; other people's words are cleaned and escaped, whatever stands in them."""
        return "".join(self.pieces(document, document.stories, style))

    def pieces(self, index: BatchHead, rows: Iterable[StoryRow], style: Style) -> Iterator[str]:
        """The same of an index of these rows, a row at a time."""
        w = words_in(style.lang)
        head = lines.headline(index, w)
        css = files(__package__).joinpath("looks.css").read_text(encoding="utf-8")
        met = lines.neighbours(index.across)
        yield (
            f'<!doctype html>\n<html lang="{w.lang}" dir="{w.direction}">\n<head>\n<meta charset="utf-8">\n'
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{_text(index.root)}: {_text(head)}</title>\n<style>\n{css}</style>\n</head>\n<body>\n"
            f'<header>\n<p class="brand">factcheck {_text(index.version)} · {_text(index.model)} · '
            f"{_text(index.root)}</p>\n<h1>{_text(head)}</h1>\n"
            f"{_list(lines.facts_of_run(index, w), 'sums')}</header>\n"
            f"<main>\n<table>\n<thead><tr>{_heads(w)}</tr></thead>\n<tbody>\n"
        )
        gone = set[str]()
        for row in rows:
            yield self._row(row, met.get(row.key, ()), w)
            if row.report is None:
                gone.add(row.key)
        yield (
            f"</tbody>\n</table>\n{self._across(index, gone, w)}{_decisions(index, w)}"
            f"{_unreadable(index, w)}</main>\n"
            f"<footer><p>{_text(w('index.foot'))}</p></footer>\n</body>\n</html>\n"
        )

    def _row(self, row: StoryRow, met: Sequence[lines.Neighbour], w: Words) -> str:
        title = _text(row.title)
        if row.report is not None:
            title = self._link(row.report, title)
        new = sum(line.new for line in row.disputes)
        mark = f' <span class="new">{_text(w("index.new_here", new))}</span>' if new else ""
        disputes = "".join(f"<li{' class=fresh' if line.new else ''}>{_text(line.title)}</li>" for line in row.disputes)
        against = _list(lines.against(met, w), "trouble")
        details = _list(lines.news(row, met, w), "news") + against + _list(lines.troubles(row, w), "trouble")
        numbers = (("articles", row.articles), ("claims", row.claims), ("corroborated", row.corroborated))
        return (
            f'<tr class="{row.status}"><td><strong>{title}</strong><span class="why">{_text(lines.why(row, w))}</span>'
            f"{details}</td><td>{_text(lines.disputes(row, w))}{mark}{f'<ul>{disputes}</ul>' if disputes else ''}</td>"
            + "".join(
                f'<td class="n" data-label="{_text(w(f"index.head_{name}"))}">{w.number(n)}</td>' for name, n in numbers
            )
            + f'<td class="state">{lines.SIGNS[row.status]} {_text(w(f"index.state_{row.status}"))}</td>'
            f'<td class="n">{_text(lines.spend(row.usage, w))}</td></tr>\n'
        )

    def _across(self, index: BatchHead, gone: Collection[str], w: Words) -> str:
        """What stories say about each other: conflicts in full, agreements folded away.

        `gone` are the keys of stories whose report is not there to be linked.
        """
        if index.across is None or not index.across.findings:
            return ""
        against = lines.conflicts(index.across)
        alike = [finding for finding in index.across.findings if finding.relation == "supports"]
        folded = ""
        if alike:
            count = _text(w("index.across_agreements", len(alike)))
            folded = f"<details><summary>{count}</summary>\n{self._findings(alike, gone, w)}</details>\n"
        return (
            f'<section>\n<h2>{_text(w("index.across"))}</h2>\n<p class="why">{_text(w("index.across_how"))}</p>\n'
            f"{self._findings(against, gone, w)}{folded}</section>\n"
        )

    def _findings(self, found: Sequence[AcrossFinding], gone: Collection[str], w: Words) -> str:
        shown, left_out = cut(found, FINDINGS_SHOWN)
        more = f"<p>{_text(w('index.more_findings', left_out))}</p>\n" if left_out else ""
        return "".join(self._finding(finding, gone, w) for finding in shown) + more

    def _finding(self, found: AcrossFinding, gone: Collection[str], w: Words) -> str:
        sides = "".join(self._side(side, gone, w) for side in found.sides)
        notes = [found.reason or "", lines.one_origin(found, w), *lines.reviewed(found, w)]
        return (
            f'<article class="{found.relation}{" fresh" if found.new else ""}">\n<h3>{_text(lines.finding(found, w))}'
            f'</h3>\n<div class="sides">{sides}</div>\n{_list(filter(None, notes), "why")}'
            f'<details class="why"><summary>{_text(w("index.decide"))}</summary><p>{_text(w("index.decide_how"))}</p>'
            f"<pre>{_text(lines.rows_for_review(found))}</pre></details></article>\n"
        )

    def _side(self, side: AcrossSide, gone: Collection[str], w: Words) -> str:
        who = _text(lines.who(side, w))
        if side.story not in gone:
            who = self._link(side.report, who, anchor("fact", side.fact))
        quotes = "".join(f"<blockquote>{_text(text)}</blockquote>" for text in side.quotes if text != side.text)
        words = _text(f"{w('side.words')}: {', '.join(side.words)}") if side.words else ""
        behind = " · ".join(filter(None, (words, _text(lines.behind(side, w)))))
        return f'<div><p>{_text(side.text)}</p>{quotes}<p class="why">{who}<br>{behind}</p></div>'

    def _link(self, report: str, escaped: str, fact: str = "") -> str:
        address = "./" + quote(f"{report}/{self._report}", errors="replace") + (f"#{fact}" if fact else "")
        return f'<a href="{_text(address)}">{escaped}</a>'


def _heads(w: Words) -> str:
    names = ("story", "disputes", "articles", "claims", "corroborated", "state", "last")
    return "".join(f'<th scope="col">{_text(w(f"index.head_{name}"))}</th>' for name in names)


def _decisions(index: BatchHead, w: Words) -> str:
    """What people decided about what is between stories, none left out."""
    views = lines.decision_views(index, w)
    if not views:
        return ""
    each = "".join(
        f"<li{' class=trouble' if view.lost else ''}>{_text(view.text)}{_list(view.notes, 'why')}</li>"
        for view in views
    )
    return f"<section>\n<h2>{_text(w('decision.section'))}</h2>\n<ul>{each}</ul>\n</section>\n"


def _unreadable(index: BatchHead, w: Words) -> str:
    if not index.unreadable:
        return ""
    shown, left_out = cut(index.unreadable, FINDINGS_SHOWN)
    told = [f"{refused.path}: {w.told(refused.reason)}" for refused in shown]
    each = _list([*told, w("index.more_findings", left_out)] if left_out else told, "trouble")
    return f"<details><summary>{_text(w('index.unreadable', len(index.unreadable)))}</summary>{each}</details>\n"


def _list(items: Iterable[str], kind: str) -> str:
    found = "".join(f"<li>{_text(item)}</li>" for item in items)
    return f'<ul class="{kind}">{found}</ul>' if found else ""


def _text(text: str) -> str:
    return html.escape(clean(text), quote=True)
