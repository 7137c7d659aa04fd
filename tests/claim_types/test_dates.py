"""Dates: the wire form, dates in text, overlap."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factcheck.claim_types.dates import find_dates, parse_interval, spans_overlap, wire
from factcheck.models import TimeSpan

PUBLISHED = dt.date(2024, 10, 25)  # a Friday
SPANS = st.one_of(
    st.lists(st.dates(), min_size=2, max_size=2).map(lambda ends: TimeSpan(start=min(ends), end=max(ends))),
    st.dates().map(lambda end: TimeSpan(end=end)),
    st.dates().map(lambda start: TimeSpan(start=start)),
    st.just(TimeSpan()),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022", "2022-01-01/2022-12-31"), ("2022-10", "2022-10-01/2022-10-31"), ("2024-02", "2024-02-01/2024-02-29"),
        ("2022-10-25", "2022-10-25/2022-10-25"), ("2022-10/2024", "2022-10-01/2024-12-31"),
        ("../2021-12-31", "../2021-12-31"),
        ("2022-10/..", "2022-10-01/.."), ("2022-10/", "2022-10-01/.."), ("2024-11-05~", "2024-11-05/2024-11-05"),
        ("2022?", "2022-01-01/2022-12-31"), ("2022-10-25T20:00:00Z", "2022-10-25/2022-10-25"),
        ("2022-XX", "2022-01-01/2022-12-31"),
        ("2022-21", "2022-03-01/2022-05-31"), (" 2022 ", "2022-01-01/2022-12-31"),
    ],
)  # fmt: skip
def test_the_wire_form_is_read(text: str, expected: str) -> None:
    """EDTF and ISO dates and intervals give their first and last day."""
    span = parse_interval(text)
    assert span is not None
    assert wire(span) == expected


@pytest.mark.parametrize(
    "text", ["", "/", "../..", "2022-13", "2022-02-30", "2024/2022", "October 2022", "0000", "2022/2023/2024", "22"]
)
def test_what_is_ill_formed_is_none(text: str) -> None:
    """Nothing is guessed from a date that does not exist or is not in the wire form."""
    assert parse_interval(text) is None


@given(SPANS)
def test_the_wire_form_round_trips(span: TimeSpan) -> None:
    """What `wire` writes, `parse_interval` reads back, save the interval without ends."""
    assert parse_interval(wire(span)) == (span if span.start or span.end else None)


@settings(deadline=None)  # the first text of a language compiles its patterns
@given(
    st.text(),
    st.none() | st.dates(),
    st.sampled_from(["en", "it", "de", "fr", "es", "pt", "nl", "zh", "ru", "xx", None]),
)
def test_any_text_is_read_without_error(text: str, published: dt.date | None, language: str | None) -> None:
    """Neither reader raises; mentions are ordered, inside the text, and their spans upright."""
    parse_interval(text)
    end = 0
    for mention in find_dates(text, language, published):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert not (mention.span.start and mention.span.end) or mention.span.start <= mention.span.end
        end = mention.end


@given(SPANS, SPANS)
def test_overlap_is_symmetric(a: TimeSpan, b: TimeSpan) -> None:
    """The order of two spans does not matter."""
    assert spans_overlap(a, b) == spans_overlap(b, a)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [("2022", "2022-10", True), ("2022-10", "2022-11", False), ("../2021", "2022", False), ("2022/..", "2024", True)],
)
def test_spans_overlap_when_they_share_a_day(a: str, b: str, expected: bool) -> None:
    """Open ends reach for ever; neighbouring months do not touch."""
    assert spans_overlap(parse_interval(a), parse_interval(b)) is expected


def test_unknown_spans_cannot_be_told() -> None:
    """A span without ends, or none at all, gives None and not False."""
    known = parse_interval("2022")
    assert spans_overlap(known, None) is None
    assert spans_overlap(TimeSpan(expression="since then"), known) is None


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("il 5 novembre 2024", "it", "2024-11-05/2024-11-05"),
        ("elezioni del 5 novembre", "it", "2024-11-05/2024-11-05"),
        ("dall'ottobre del 2022", "it", "2022-10-01/2022-10-31"),
        ("dalla fine del 2022", "it", "2022-09-01/2022-12-31"),
        ("martedì scorso", "it", "2024-10-22/2024-10-22"), ("venerdì scorso", "it", "2024-10-18/2024-10-18"),
        ("lunedì prossimo", "it", "2024-10-28/2024-10-28"), ("ieri", "it", "2024-10-24/2024-10-24"),
        ("l’altro ieri", "it", "2024-10-23/2024-10-23"), ("due giorni fa", "it", "2024-10-23/2024-10-23"),
        ("la settimana scorsa", "it", "2024-10-14/2024-10-20"), ("un mese fa", "it", "2024-09-01/2024-09-30"),
        ("da due anni", "it", "2022-01-01/2022-12-31"), ("l'anno scorso", "it", "2023-01-01/2023-12-31"),
        ("nel 2022", "it", "2022-01-01/2022-12-31"), ("25/10/2024", "it", "2024-10-25/2024-10-25"),
        ("October 25, 2022", "en", "2022-10-25/2022-10-25"), ("on 5 November", "en", "2024-11-05/2024-11-05"),
        ("3/4/2024", "en", "2024-03-04/2024-04-03"), ("yesterday", "en", "2024-10-24/2024-10-24"),
        ("last week", "en", "2024-10-14/2024-10-20"), ("on Tuesday", "en", "2024-10-22/2024-10-22"),
        ("two days ago", "en", "2024-10-23/2024-10-23"), ("in the 1990s", "en", "1990-01-01/1999-12-31"),
        ("last October", "en", "2023-10-01/2023-10-31"), ("since 2022", "en", "2022-01-01/2022-12-31"),
        ("am 5. November 2024", "de", "2024-11-05/2024-11-05"), ("letzte Woche", "de", "2024-10-14/2024-10-20"),
        ("vor zwei Tagen", "de", "2024-10-23/2024-10-23"), ("Ende 2022", "de", "2022-09-01/2022-12-31"),
        ("le 1er novembre", "fr", "2024-11-01/2024-11-01"), ("mardi dernier", "fr", "2024-10-22/2024-10-22"),
        ("il y a deux jours", "fr", "2024-10-23/2024-10-23"), ("aujourd’hui", "fr", "2024-10-25/2024-10-25"),
        ("el 5 de noviembre de 2024", "es", "2024-11-05/2024-11-05"), ("hace dos días", "es", "2024-10-23/2024-10-23"),
        ("el martes pasado", "es", "2024-10-22/2024-10-22"), ("há dois dias", "pt", "2024-10-23/2024-10-23"),
        ("na terça-feira passada", "pt", "2024-10-22/2024-10-22"),
        ("twee dagen geleden", "nl", "2024-10-23/2024-10-23"),
        ("vorige week", "nl", "2024-10-14/2024-10-20"), ("2024年11月5日", "zh", "2024-11-05/2024-11-05"),
        ("5 listopada 2024", "pl", "2024-11-05/2024-11-05"), ("2024-11-05", None, "2024-11-05/2024-11-05"),
        ("dal 5 al 7 novembre", "it", "2024-11-05/2024-11-07"),
    ],
)  # fmt: skip
def test_dates_in_text_are_resolved(text: str, language: str | None, expected: str) -> None:
    """Explicit and relative dates give the days that a reader on the day of publication would understand."""
    assert [wire(m.span) for m in find_dates(text, language, PUBLISHED)] == [expected]


@pytest.mark.parametrize(
    ("text", "language"), [("2000 soldiers", "en"), ("2000 Soldaten", "de"), ("it may rain", "en"), ("march on", "en")]
)
def test_counts_and_common_words_are_no_dates(text: str, language: str) -> None:
    """A four-digit count is no year, and "may" no month."""
    assert find_dates(text, language, PUBLISHED) == ()


def test_without_a_publication_date_relative_words_stay_open() -> None:
    """A relative date is found but not resolved when nobody knows when it was written."""
    (mention,) = find_dates("ieri", "it", None)
    assert (mention.kind, mention.span.start, mention.span.end) == ("relative", None, None)
