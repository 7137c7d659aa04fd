"""The story to keep in mind: one paper's disclosure, repeated by seven outlets and denied by one spokesman."""

from __future__ import annotations

from typing import Any

import pytest

from factcheck.findings import Dispute, Report
from tests.stages.scene import Scene

WSJ = "Wall Street Journal"
REPEATERS = ("Borsa Oggi", "Cronaca Lombarda", "Il Corriere del Lago", "Agenzia Nove", "Il Faro", "Wireless")


def disclosure() -> Scene:
    """Seven publishers tell of the calls, six of them on one page; two of the seven also carry the denial."""
    scene = Scene()
    scene.article("first.txt", "Gazzetta del Sud", language="it")
    scene.article("page.txt", title="The secret calls: the scoop of the Wall Street Journal")
    passages = {name: scene.passage("page.txt", name) for name in REPEATERS}
    contacts = [
        scene.claim("first.txt", "Musk and Putin kept up secret phone contacts for two years.", origin=WSJ),
        *(
            # The first two repeat the story without saying where they have it.
            scene.claim(
                "page.txt", f"{name}: Musk has been in regular contact with Putin.", passage=number, origin=origin
            )
            for (name, number), origin in zip(passages.items(), (None, None, WSJ, "WSJ", "Wsj", WSJ), strict=True)
        ),
    ]
    many = scene.claim("first.txt", "Musk and Putin spoke several times.", origin=WSJ)
    since = scene.claim(
        "page.txt", "The talks of Musk and Putin began in late 2022.", passage=passages["Agenzia Nove"], origin=WSJ
    )
    about = scene.claim(
        "page.txt", "Musk and Putin talked about business and politics.", passage=passages["Borsa Oggi"], origin=WSJ
    )
    denial: dict[str, Any] = {"speaker": "Dmitry Peskov (Kremlin)", "modality": "denied"}
    kremlin = denial | {"speaker": "Kremlin"}
    none = [
        scene.claim("page.txt", "Musk has had no regular contact with Putin.", passage=passages["Il Faro"], **denial),
        scene.claim("page.txt", "Musk does not talk to Putin.", passage=passages["Wireless"], **kremlin),
    ]
    spoken: dict[str, Any] = {"speaker": "Peskov", "passage": passages["Wireless"]}
    one = scene.claim("page.txt", "There was only one call between Musk and Putin.", **spoken)
    before = scene.claim("page.txt", "The only call of Musk and Putin was before 2022.", **spoken)
    technology = scene.claim("page.txt", "The only call of Musk and Putin was about technology alone.", **spoken)
    confirmed = scene.claim("first.txt", "There was one single call between Putin and Musk.", speaker="Russia")
    scene.equal(*contacts)
    scene.equal(*none)
    scene.equal(one, confirmed)
    for contact in contacts:
        scene.judge(contact, many, "a_entails_b")
        for denied in none:
            scene.judge(
                contact,
                denied,
                "contradicts",
                kind="existence",
                words=("regular contact", "no regular contact"),
                question="Were Musk and Putin in contact?",
            )
    for single in (one, confirmed):
        scene.judge(many, single, "contradicts", kind="number", words=("several", "one"), question="How many calls?")
        scene.judge(contacts[0], single, "contradicts", kind="number", words=("two years", "one"))
    scene.judge(since, before, "contradicts", kind="time", words=("late 2022", "before 2022"), question="When?")
    scene.judge(about, technology, "contradicts", kind="content", question="About what?")
    scene.judge(contacts[0], before, "contradicts", kind="time", question="When?")
    scene.judge(about, none[0], "contradicts", kind="existence")
    return scene


@pytest.fixture(scope="module")
def report() -> Report:
    """The report of the disclosure."""
    return disclosure().report()


@pytest.fixture(scope="module")
def dispute(report: Report) -> Dispute:
    """Its one dispute."""
    return report.disputes[0]


def test_the_conflict_is_shown_once(report: Report) -> None:
    """However many pairs contradict, there is one dispute."""
    assert len(report.disputes) == 1
    assert report.disputes[0].title == "Were Musk and Putin in contact?"
    assert report.disputes[0].nature == "direct"


def test_the_dispute_has_four_points(dispute: Dispute) -> None:
    """Whether, how many, when and about what are the points, in this order."""
    assert [point.kind for point in dispute.points] == ["existence", "number", "time", "content"]
    assert [len(point.sides) for point in dispute.points] == [2, 2, 2, 2]


def test_each_side_has_one_origin(dispute: Dispute) -> None:
    """Of every point one side goes back to the paper and the other to the spokesman."""
    for point in dispute.points:
        assert [[origin.name for origin in side.origins] for side in point.sides] == [[WSJ], ["Dmitry Peskov"]] or (
            [[origin.name for origin in side.origins] for side in point.sides] == [["Dmitry Peskov"], [WSJ]]
        )


def test_the_denial_stands_last_and_names_its_speaker(dispute: Dispute) -> None:
    """On whether it happened, the affirming side comes first and the denying one carries words and speaker."""
    affirming, denying = dispute.points[0].sides
    assert affirming.words == ("regular contact",)
    assert denying.words == ("no regular contact",)
    assert denying.speakers == ("Dmitry Peskov (Kremlin)", "Kremlin")
    assert denying.publishers == ("Il Faro", "Wireless")


def test_seven_outlets_are_one_origin(report: Report) -> None:
    """The contacts have seven publishers and one origin, also where an outlet does not say where it has them."""
    contacts = max(report.facts, key=lambda fact: len(fact.publishers))
    assert len(contacts.publishers) == 7
    assert [origin.name for origin in contacts.origins] == [WSJ]
    assert contacts.origins[0].basis == "stated"
    assert "5 outlets name Wall Street Journal as their source" in contacts.origins[0].reason
    assert (
        "Borsa Oggi and Cronaca Lombarda draw on Wall Street Journal elsewhere on their pages"
        in contacts.origins[0].reason
    )


def test_nothing_is_corroborated(report: Report) -> None:
    """No fact of the story counts as corroborated, and the headline says so."""
    assert "corroborated" not in report.summary.verdicts
    assert report.summary.headline == (
        "7 outlets, 2 origins for the facts they share: 1 dispute with 4 open points; "
        "nothing is corroborated by two independent origins."
    )


def test_without_the_denial_the_disclosure_rests_on_a_single_origin() -> None:
    """Undisputed, what seven outlets repeat from one paper is a single origin and not a confirmation."""
    scene = disclosure()
    scene.judgements = [j for j in scene.judgements if j.relation != "contradicts"]
    report = scene.report()
    contacts = max(report.facts, key=lambda fact: len(fact.publishers))
    assert contacts.verdict == "single_origin"
    assert "corroborated" not in report.summary.verdicts
    assert report.summary.headline.startswith("7 outlets, 2 origins for the facts they share: no disputes;")


def test_the_denial_of_two_outlets_is_one_origin(report: Report) -> None:
    """Two outlets that quote the spokesman, one by name and one by institution, have one origin."""
    denial = next(fact for fact in report.facts if fact.text.startswith("Musk has had no"))
    assert [(origin.name, origin.basis) for origin in denial.origins] == [("Dmitry Peskov", "speaker")]
    assert denial.origins[0].publishers == ("Il Faro", "Wireless")


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_arrival_does_not_matter(report: Report, seed: int) -> None:
    """Articles, claims and judgements in any order give the same report."""
    assert disclosure().report(seed) == report
