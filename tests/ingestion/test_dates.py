"""Publication dates as newspapers write them; ambiguous ones are no dates."""

from __future__ import annotations

import datetime as dt

import pytest

from factcheck.ingestion.dates import parse, stated_in

DAY = dt.date(2025, 3, 14)


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("2025-03-14T10:00:00+01:00", None),
        ("20250314T100000Z", None),
        ("Fri, 14 Mar 2025 10:00:00 GMT", None),
        ("March 14, 2025", "en"),
        ("14th March 2025", "en"),
        ("venerdì 14 marzo 2025, ore 20", "it"),
        ("14. März 2025", "de"),
        ("14 de marzo de 2025", "es"),
        ("14 mars 2025", "fr"),
        ("14 марта 2025", "ru"),
        ("2025年3月14日", "zh"),
        ("14/03/2025", "en"),
        ("3/14/2025", "en"),
        ("1741910400", None),
    ],
)
def test_written_dates(written: str, language: str | None) -> None:
    """Each way of writing the same day gives that day."""
    assert parse(written, language) == DAY


@pytest.mark.parametrize("written", ["03/04/2025", "31/02/2025", "yesterday", "14 marzo", "2025"])
def test_what_is_no_date(written: str) -> None:
    """A day that reads two ways, does not exist, or lacks a part is no date."""
    assert parse(written, "en") is None


def test_day_comes_first_outside_english() -> None:
    """In other languages 03/04 is the third of April."""
    assert parse("03/04/2025", "it") == dt.date(2025, 4, 3)


@pytest.mark.parametrize(
    "line",
    [
        "Pubblicato il 14 marzo 2025 alle 10:30",
        "(ANSA) - ROMA, 14 marzo 2025",
        "venerdì 14 marzo 2025",
        "14/03/2025 - 20:15",
    ],
)
def test_date_stated_in_the_text(line: str) -> None:
    """A dateline or a line about publication gives the date."""
    assert stated_in(f"Ponte chiuso\n{line}\n\nIl ponte resta chiuso fino a maggio.", "it") == DAY


@pytest.mark.parametrize(
    "line", ["Nato il 14 marzo 2025", "Il ponte è crollato il 14 marzo 2025.", "Chiuso dal 14/03/2025"]
)
def test_date_of_an_event_is_not_publication(line: str) -> None:
    """A date inside a sentence is when something happened."""
    assert stated_in(f"Ponte chiuso\n\n{line}\n\nAltro testo.", "it") is None
