"""Names in texts, and when two of them are the same."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.claim_types.names import canonical_name, find_names, same_name


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("WSJ", "Wall Street Journal"), ("the WSJ", "Wall Street Journal"), ("Wsj", "The Wall Street Journal"),
        ("il Wall Street Journal", "the Wall Street Journal"), ("NYT", "New York Times"), ("AP", "Associated Press"),
        ("Onu", "Organizzazione delle Nazioni Unite"), ("ANSA", "Ansa"), ("ilmessaggero.it", "Il Messaggero"),
        ("www.bbc.co.uk", "BBC"), ("bbc.com", "bbc.co.uk"), ("lemonde.fr", "Le Monde"), ("Musk", "Elon Musk"),
        ("President Putin", "Vladimir Putin"), ("Donald J. Trump", "Donald Trump"), ("J.D. Vance", "JD Vance"),
        ("D. Peskov", "Dmitry Peskov"), ("Dmitri Peskov", "Dmitry Peskov"), ("Sergei Kiriyenko", "Sergej Kirienko"),
        ("von der Leyen", "Ursula von der Leyen"), ("Cremlino (Dmitry Peskov)", "Cremlino"),
        ("Cremlino (Dmitry Peskov)", "Dmitry Peskov"), ("Tesla", "Tesla Inc."), ("Eni", "Eni S.p.A."),
        ("Die Welt", "Welt"),
        ("L'HuffPost", "HuffPost"), ("Al Jazeera", "Al-Jazeera"), ("Élysée", "elysee"), ("Siemens AG", "siemens"),
        ("GdE", "Gewerkschaft der Eisenbahner"), ("GdE", "Gewerkschaft der Eisenbahner (GdE)"),
        ("GdE", "Gewerkschaft GdE"), ("GdE", "sindacato GdE"), ("GdE", "il sindacato GdE"), ("GdE", "syndicat GdE"),
        ("syndicat GdE", "sindacato GdE"), ("Gewerkschaft der Eisenbahner", "sindacato GdE"),
        ("GdE union", "sindacato GdE"), ("GdE union", "Gewerkschaft der Eisenbahner"), ("rail union GdE", "GdE"),
        ("Bahngewerkschaft GdE", "GdE"), ("el sindicato UGT", "UGT"), ("vakbond FNV", "FNV"),
        ("MoD", "Ministry of Defence"),
        ("DoJ", "Department of Justice"), ("Gewerkschaft Verdi", "Verdi"), ("l'azienda Transalp", "Transalp"),
        ("Unternehmen Transalp", "Transalp"), ("direction de Transalp", "Transalp"), ("agenzia ANSA", "ANSA"),
        ("the party SPD", "SPD"), ("agence France-Presse", "AFP"), ("agence France-Presse", "Agence France-Presse"),
    ],
)  # fmt: skip
def test_other_forms_of_a_name_are_the_same(a: str, b: str) -> None:
    """Initials, surnames, articles, legal forms, domains and brackets do not make another name."""
    assert same_name(a, b)
    assert same_name(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Il Messaggero", "Il Messaggero Veneto"), ("ilmessaggero.it", "Il Messaggero Veneto"),
        ("Times", "New York Times"),
        ("The Post", "Washington Post"), ("Italia", "WIRED Italia"), ("Italia", "Sky Italia"), ("Korea", "North Korea"),
        ("York", "New York"), ("Die Presse", "La Presse"), ("Jill Biden", "Joe Biden"), ("Reuters", "AFP"),
        ("Corriere della Sera", "Sera"), ("Elon Musk", "Kimbal Musk"), ("metro.co.uk", "metro.us"), ("", ""),
        ("", "Reuters"),
        ("Bank", "Deutsche Bank"), ("Michael Jackson", "Jesse Jackson"), ("The Guardian", "The Observer"),
        ("Ministry of Defence", "Ministry of Health"), ("ministero della Difesa", "Difesa"),
        ("ministero Difesa", "Difesa"),
        ("sindacato della RAI", "RAI"), ("BBC union", "BBC"), ("US union", "US"), ("sindacato USA", "USA"),
        ("Western Union", "Western"), ("Société Générale", "Générale"), ("sindacato ABC", "azienda ABC"),
        ("Gewerkschaft der Eisenbahner", "Gewerkschaft der Polizei"), ("GdE", "Gewerkschaft der Polizei"),
        ("sindacato GdE", "sindacato GdP"), ("Union Berlin", "Berlin"), ("azienda Italia", "Italia"),
        ("MoD", "Ministry of Health"), ("Partito Democratico", "Democratico"), ("sindacato", "azienda"),
        ("sindacato dei ferrovieri", "sindacato dei medici"),
    ],
)  # fmt: skip
def test_in_doubt_names_differ(a: str, b: str) -> None:
    """Names that merely share a word are two."""
    assert not same_name(a, b)
    assert not same_name(b, a)


_NAMES = st.text(max_size=20) | st.sampled_from(
    ["WSJ", "Wall Street Journal", "the WSJ", "Musk", "Elon Musk", "a.it", "A (B)", "Il A", "sindacato A", "GdE union"]
)


@settings(deadline=None)
@given(_NAMES, _NAMES)
def test_sameness_is_symmetric(a: str, b: str) -> None:
    """Which of two names comes first does not matter, whatever the text."""
    assert same_name(a, b) == same_name(b, a)


POOL = ("Musk", "Elon Musk", "Kimbal Musk", "WSJ", "The Wall Street Journal", "Wall Street Journal", "Il Messaggero",
        "ilmessaggero.it", "Il Messaggero Veneto", "Peskov", "Dmitry Peskov")  # fmt: skip


def test_groups_take_the_fullest_form() -> None:
    """Short forms go to the longest; a surname that two people share stays alone."""
    names = canonical_name(POOL)
    assert names["WSJ"] == names["The Wall Street Journal"] == "Wall Street Journal"
    assert names["Peskov"] == "Dmitry Peskov"
    assert names["ilmessaggero.it"] == "Il Messaggero"
    assert names["Il Messaggero Veneto"] == "Il Messaggero Veneto"
    assert names["Musk"] == "Musk"


UNION = ("Gewerkschaft der Eisenbahner (GdE)", "Gewerkschaft der Eisenbahner", "Gewerkschaft GdE", "GdE", "GdE union",
         "sindacato GdE", "syndicat GdE")  # fmt: skip


def test_a_body_is_one_with_and_without_its_kind() -> None:
    """Full name, acronym and acronym with a noun for its kind are one in any order, and another union is another."""
    for order in itertools.islice(itertools.permutations((*UNION, "Gewerkschaft der Polizei", "GdP")), 0, None, 9973):
        names = canonical_name(order)
        assert {names[form] for form in UNION} == {"Gewerkschaft der Eisenbahner (GdE)"}
        assert names["GdP"] == names["Gewerkschaft der Polizei"] == "Gewerkschaft der Polizei"


def test_an_acronym_of_two_kinds_stays_alone() -> None:
    """Between a union and a firm of one name nobody can say which of the two the bare name means."""
    names = canonical_name(["ABC", "sindacato ABC", "azienda ABC"])
    assert len(set(names.values())) == 3


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_names_does_not_matter(seed: int) -> None:
    """Any rotation or reversal of the names gives the same groups."""
    rotated = POOL[seed:] + POOL[:seed]
    assert canonical_name(rotated) == canonical_name(reversed(rotated)) == canonical_name(POOL)


@settings(deadline=None, max_examples=60)
@given(st.lists(_NAMES, max_size=5))
def test_any_names_are_grouped(names: list[str]) -> None:
    """Every name has exactly one representative, which is its own, in any order."""
    groups = canonical_name(names)
    assert set(groups) == set(names)
    assert all(groups[representative] == representative for representative in groups.values())
    for order in itertools.islice(itertools.permutations(names), 6):
        assert canonical_name(order) == groups


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Il portavoce del Cremlino ha visto Elon Musk", "it", {"cremlino", "elon", "musk", "elon musk"}),
        ("Musk met the U.S. envoy in Geneva", "en", {"musk", "us", "geneva"}),
        ("People said that people left Riga", "en", {"riga"}),
        ("Secondo Kiev, l'Ucraina vince", "it", {"kiev", "ucraina"}),
        ("The G7 and Covid-19", "en", {"g7", "covid-19", "covid"}),
    ],
)
def test_names_in_a_text(text: str, language: str, expected: set[str]) -> None:
    """Capitalised words count, function words and sentence-initial common words do not."""
    assert find_names(text, language) - {"the g7"} == expected


def test_scripts_without_case_still_give_keys() -> None:
    """Chinese gives pairs of characters, Arabic its longer words."""
    assert "普京" in find_names("马斯克与普京", "zh")
    assert find_names("قال الرئيس الروسي", "ar")


@settings(deadline=None)
@given(st.text(), st.sampled_from(["en", "it", "zh", "xx", None]))
def test_any_text_gives_names_without_error(text: str, language: str | None) -> None:
    """No text raises, and no key is empty."""
    assert "" not in find_names(text, language)
