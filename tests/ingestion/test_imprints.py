"""The publisher from the text itself, where a line says just that, and from no sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.ingestion.imprints import publisher_in

BODY = (
    "The harbour has been closed since Monday, the mayor said.\n\nIt will reopen in May, according to the Daily Post."
)


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("By Ann Bose, The Coast Herald", "The Coast Herald"),
        ("Ann Bose for the Coast Herald", "Coast Herald"),
        ("Di Mario Rossi, Corriere della Sera", "Corriere della Sera"),
        ("Mario Rossi | La Gazzetta del Mezzogiorno", "La Gazzetta del Mezzogiorno"),
        ("Von Petra Klein und Uwe Groß, Süddeutsche Zeitung", "Süddeutsche Zeitung"),
        ("Par Anne Le Gall - Le Monde", "Le Monde"),
        ("Ann Bose / bbc.com", "bbc.com"),
        ("Ann Bose | ilpost.it", "ilpost.it"),
        ("© 2024 Corriere dei Laghi", "Corriere dei Laghi"),
        ("Copyright 2023 The Coast Herald. All rights reserved.", "The Coast Herald"),
        ("© Guardian News & Media Limited 2024", "Guardian News & Media Limited"),
        ("© RIPRODUZIONE RISERVATA", None),
        ("© All rights reserved", None),
        ("Foto: © Getty Images", None),
        ("By Ann Bose", None),
        ("By Ann Bose, Brussels correspondent", None),
        ("Di Mario Rossi, Roma", None),
        ("As the Coast Herald reported, the harbour is shut.", None),
        ("The Coast Herald", None),
    ],
)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_line_that_names_its_outlet(line: str, publisher: str | None, place: str) -> None:
    """Bylines with the outlet and copyright lines count above and below; sentences and photo credits do not."""
    text = f"Harbour shut\n\n{line}\n\n{BODY}" if place == "above" else f"Harbour shut\n\n{BODY}\n\n{line}"
    assert publisher_in(text) == publisher


def test_a_saved_title_ends_with_the_site() -> None:
    """`Headline | Outlet` gives the outlet, a headline with a dash gives none."""
    assert publisher_in(f"Harbour shut after the fire | The Coast Herald\n\n{BODY}") == "The Coast Herald"
    assert publisher_in(f"Harbour shut after the fire - what we know\n\n{BODY}") is None


def test_a_line_in_the_middle_is_none() -> None:
    """Far from both ends a line belongs to what it stands in."""
    middle = "\n\n".join(["A sentence of the story, long enough."] * 8)
    assert publisher_in(f"Harbour shut\n\n{middle}\n\n© 2024 Corriere dei Laghi\n\n{middle}") is None


@given(st.text(max_size=300))
def test_no_text_raises(text: str) -> None:
    """Any text has a publisher of some letters, or none."""
    found = publisher_in(text)
    assert found is None or found.strip()
