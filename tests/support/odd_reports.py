"""Reports made by hand that are hostile or long, for what formats must withstand."""

from __future__ import annotations

from factcheck.findings import Dispute, Origin, Report
from factcheck.models import Article, Change, CopyGroup, Extraction, Failure, Judgement, RefusedFile
from tests.support.report_parts import article, claim, fact, point, run, side, summary
from tests.support.reports import DAILY, empty_report

HOSTILE = (
    "\x1b[31mRED\x1b[0m [bold]loud[/bold] [/nope] ![p](http://evil.example/x.png) <script>alert(1)</script> | `code`",
    "# Not a heading \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \u202egnp\u2066 www.evil.example a@evil.example",
    "- not a list {{ 7*7 }} $x$ ~~gone~~ &lt; \ud800 \x9b2J \x07 *bold* _it_ =1+1",
)
"""What an article may try: terminal sequences, rich markup, Markdown, HTML, bidi, a lone surrogate."""
ATTACKS = (
    "</script><script>window.hit=1</script><img src=x onerror=window.hit=1> <svg onload=window.hit=1>",
    '" onmouseover="window.hit=1" style=\'x\' {{ 7*7 }} {% raw %} </style><base href=//evil.example> <!-- ]]> &lt;',
    "\u202egnp\u2066 \x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 \u2028 \ud800 ${window.hit=1}",
)
"""Markup, handlers, template braces, ends of elements, bidi, terminal sequences."""


def hostile_report() -> Report:
    """Hostile text in every place where a report holds words that somebody else chose."""
    bad = " ".join(HOSTILE)
    text = article("a1", HOSTILE, title=bad, path=bad, publisher=bad, notes=(bad,))
    origin = Origin(name=bad, basis="stated", reason=bad, publishers=(bad, "B"), claims=("c1",))
    claims = tuple(claim(f"c{n}", text, n, bad, bad, speaker=bad, origin=bad, modality="reported") for n in (1, 2))
    loose = claim("c3", text, 3, bad, bad).model_copy(update={"ungrounded": (bad,)})
    words = ["RED", "[/nope]", bad]
    sides = [side(bad, [c.id], words, origin, [bad], [bad]) for c in claims]
    dispute = Dispute(
        id="d",
        title=bad,
        facts=("f1",),
        nature="direct",
        points=(point("other", bad, sides, bad), point("number", bad, sides, bad, "scope")),
    )
    return Report(
        run=run(model=bad, cassette=bad, base_url=bad, prompts={"p": bad}, settings={"s": bad}, rules={"all pairs": 2}),
        summary=summary(
            headline=bad,
            facts=1,
            pairs=2,
            judged=1,
            failed_pairs=1,
            verdicts={"corroborated": 1},
            not_checked=(bad,),
        ),
        disputes=(dispute,),
        facts=(fact("f1", bad, ["c1"], "corroborated", [bad], origin),),
        origins=(origin,),
        articles=(text,),
        article_summaries=(),
        extractions=(
            Extraction(article_id="a1", passages=(), claims=(*claims, loose), outside=(), uncovered=(), notes=(bad,)),
        ),
        judgements=(
            Judgement(left="c1", right="c2", rule=bad, relation="contradicts", certainty="possible", note=bad),
        ),
        failures=(Failure(stage="judging", subject=bad, kind=bad, message=bad),),
        skipped=(RefusedFile(path=bad, reason=bad),),
        unreadable=(RefusedFile(path=bad, reason=bad),),
        copies=(own_copy(text),),
    )


def own_copy(source: Article) -> CopyGroup:
    """An article as the copy of itself, one line changed for another, so that its words stand in that section too."""
    lines = [source.quote(number) for number in (2, 3)]
    starts = [source.sentences[number - 1].start for number in (2, 3)]
    changed = Change(
        article=source.id, original=lines[0], original_start=starts[0], copy_words=lines[1], copy_start=starts[1]
    )
    ids = (source.id, source.id)
    return CopyGroup(representative=source.id, articles=ids, shared={source.id: 0.9}, changes=(changed,))


def long_report() -> Report:
    """More facts than a report for people shows."""
    source = article("a1", DAILY, publisher="Daily Tide")
    number = 60
    claims = tuple(claim(f"c{n}", source, 2, f"Claim number {n}.", "Daily Tide") for n in range(number))
    facts = tuple(
        fact(f"f{n}", f"Claim number {n}.", [f"c{n}"], "single_report", ["Daily Tide"]) for n in range(number)
    )
    return empty_report().model_copy(
        update={
            "summary": summary(headline="Many facts", facts=number, verdicts={"single_report": number}),
            "facts": facts,
            "articles": (source,),
            "extractions": (Extraction(article_id="a1", passages=(), claims=claims, outside=(), uncovered=()),),
        }
    )


def arabic_report() -> Report:
    """Two Arabic articles that count the dead differently, for terminals that must keep two directions apart."""
    lines = [
        ("حريق في الميناء", "قالت الشرطة إن 12 شخصا قتلوا في حريق الميناء.", "وصلت فرق الإطفاء (ثلاث فرق) في الفجر."),
        ("الميناء بعد الحريق", "قال المستشفى إن 5 أشخاص قتلوا في حريق الميناء.", "وصلت فرق الإطفاء في الفجر."),
    ]
    names, figures = ("صوت الساحل", "أخبار البحر"), ("12 شخصا", "5 أشخاص")
    texts = [
        article(f"a{n}", told, publisher=name, language="ar", path=f"{n}.txt")
        for n, (told, name) in enumerate(zip(lines, names, strict=True), 1)
    ]
    claims = [
        claim(f"c{n}{k}", text, k, text.quote(k), name)
        for n, (text, name) in enumerate(zip(texts, names, strict=True), 1)
        for k in (2, 3)
    ]
    origins = [
        Origin(name=name, basis="own_report", reason="-", publishers=(name,), claims=(f"c{n}2",))
        for n, name in enumerate(names, 1)
    ]
    sides = [
        side(text.quote(2), [f"c{n}2"], [words], origin, [name])
        for n, (text, words, origin, name) in enumerate(zip(texts, figures, origins, names, strict=True), 1)
    ]
    dispute = Dispute(
        id="d1",
        title="كم عدد القتلى في حريق الميناء؟",
        facts=("f1", "f2"),
        nature="direct",
        points=(point("number", "كم عدد القتلى؟", sides, "العددان مختلفان."),),
    )
    facts = [
        *(
            fact(f"f{n}", text.quote(2), [f"c{n}2"], "disputed", [name], origin)
            for n, (text, name, origin) in enumerate(zip(texts, names, origins, strict=True), 1)
        ),
        fact("f3", texts[1].quote(3), ["c13", "c23"], "corroborated", names, *origins),
    ]
    counts = {"articles": 2, "publishers": 2, "claims": 4, "facts": 3, "disputes": 1, "origins": 2}
    return empty_report().model_copy(
        update={
            "summary": summary(headline="-", verdicts={"disputed": 2, "corroborated": 1}, **counts),
            "disputes": (dispute,),
            "facts": tuple(facts),
            "origins": tuple(origins),
            "articles": tuple(texts),
            "extractions": tuple(
                Extraction(
                    article_id=text.id,
                    passages=(),
                    claims=tuple(c for c in claims if c.article_id == text.id),
                    outside=(),
                    uncovered=(),
                )
                for text in texts
            ),
        }
    )
