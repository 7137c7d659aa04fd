"""Single days in running text: relative words, weekdays and their endings, week-ends, distances from an event."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable

import pytest
from babel import Locale
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from factcheck.claim_types.date_patterns import patterns
from factcheck.claim_types.dates import find_dates, wire
from factcheck.claim_types.day_patterns import key
from factcheck.claim_types.grounding import ungrounded
from factcheck.claim_types.lexicon_days_beyond import DAY_WORDS
from factcheck.claim_types.numbers import find_numbers

PUBLISHED = dt.date(2024, 10, 25)  # a Friday
LANGUAGES = sorted(DAY_WORDS)
DAY = dt.timedelta(days=1)


def day(offset: int) -> dt.date:
    """The day `offset` days from publication."""
    return PUBLISHED + offset * DAY


READ = [
    ("nl", "woensdagochtend brak de dijk", day(-2)), ("nl", "Gisternacht brak de dijk", day(-1)),
    ("nl", "zondagnacht brak de dijk", day(-5)), ("nl", "morgenavond wordt gestemd", day(1)),
    ("de", "am Mittwochmorgen brach der Deich", day(-2)), ("de", "Sonnabendnacht", day(-6)),
    ("de", "der gestrige Deichbruch", day(-1)), ("de", "Donnerstagfrüh", day(-1)),
    ("sv", "vallen brast på onsdagsmorgonen", day(-2)), ("sv", "i torsdags", day(-1)),
    ("sv", "i går kväll brast vallen", day(-1)), ("da", "onsdagens møde", day(-2)),
    ("da", "torsdag aften brast diget", day(-1)), ("nb", "demningen brast onsdagkvelden", day(-2)),
    ("nb", "torsdagens møte", day(-1)), ("fi", "pato murtui keskiviikkona", day(-2)), ("fi", "torstai-iltana", day(-1)),
    ("fi", "eilisessä kokouksessa", day(-1)), ("hu", "a szerdai ülésen", day(-2)), ("hu", "csütörtökön", day(-1)),
    ("hu", "a tegnapi ülésen", day(-1)), ("tr", "baraj dün gece yıkıldı", day(-1)), ("tr", "Perşembe günü", day(-1)),
    ("pl", "w nocy ze środy", day(-2)), ("pl", "czwartkowe obrady", day(-1)), ("pl", "wczorajsze obrady", day(-1)),
    ("cs", "ve středu se protrhla hráz", day(-2)), ("cs", "čtvrteční jednání", day(-1)),
    ("ru", "дамбу прорвало в среду", day(-2)), ("ru", "во вторник вечером", day(-3)), ("ru", "накануне", day(-1)),
    ("uk", "у четвер греблю прорвало", day(-1)), ("el", "το βράδυ της Τετάρτης", day(-2)), ("el", "χθες", day(-1)),
    ("ar", "انهار السد أمس", day(-1)), ("ar", "مساء الأربعاء", day(-2)), ("ko", "둑이 어제 무너졌다", day(-1)),
    ("ko", "수요일에 무너졌다", day(-2)), ("ja", "堤防は昨夜決壊した", day(-1)), ("ja", "水曜に決壊", day(-2)),
    ("zh", "堤坝昨晚决口", day(-1)), ("zh", "大坝在周三决口", day(-2)),
    ("es", "El pleno se celebrará mañana", day(1)), ("pt", "na terça houve sessão", day(-3)),
    ("pt", "nesta quinta-feira (24)", day(-1)), ("es", "el jueves 17 hubo pleno", day(-8)),
    ("fr", "le mardi 8 au soir", day(-17)),
    ("ko", "24일 무너졌다", day(-1)), ("ja", "24日に決壊した", day(-1)), ("zh", "大坝24日决口", day(-1)),
    ("ja", "先月30日に決壊した", dt.date(2024, 9, 30)), ("ko", "다음 달 3일 투표한다", dt.date(2024, 11, 3)),
    ("ko", "28일 투표한다", day(3)), ("es", "el día 24 hubo pleno", day(-1)), ("ru", "24 числа", day(-1)),
    ("ko", "2024년 9월 8일", dt.date(2024, 9, 8)), ("ko", "11월 5일", dt.date(2024, 11, 5)),
    ("zh", "十一月五日投票", dt.date(2024, 11, 5)),
    ("en", "The dam gave way two days after the storm", day(-2)), ("en", "thirty-one days ago", day(-31)),
    ("en", "a week before the vote", day(7)), ("en", "on the eve of the vote", day(1)),
    ("en", "three days earlier", day(-3)), ("de", "zwei Tage nach dem Sturm", day(-2)),
    ("de", "einen Tag vor der Wahl", day(1)), ("de", "am Vortag", day(-1)), ("fr", "au lendemain de l'orage", day(-1)),
    ("fr", "trois jours après l'orage", day(-3)), ("fr", "à la veille du scrutin", day(1)),
    ("it", "all’indomani del nubifragio", day(-1)), ("it", "quattro giorni dopo il nubifragio", day(-4)),
    ("it", "alla vigilia del voto", day(1)), ("es", "al día siguiente de la tormenta", day(-1)),
    ("es", "cinco días después de la tormenta", day(-5)), ("pt", "um dia depois da tempestade", day(-1)),
    ("pt", "na véspera da votação", day(1)), ("nl", "een dag na de storm", day(-1)),
    ("nl", "drie dagen voor de stemming", day(3)), ("sv", "två dagar efter stormen", day(-2)),
    ("sv", "för två dagar sedan", day(-2)), ("da", "to dage efter stormen", day(-2)),
    ("nb", "to dager etter stormen", day(-2)), ("fi", "kaksi päivää myrskyn jälkeen", day(-2)),
    ("fi", "kaksi päivää sitten", day(-2)), ("pl", "dwa dni po burzy", day(-2)), ("pl", "dwa dni temu", day(-2)),
    ("cs", "dva dny po bouři", day(-2)), ("cs", "před dvěma dny", day(-2)), ("ru", "через два дня после бури", day(-2)),
    ("ru", "два дня назад", day(-2)), ("uk", "два дні тому", day(-2)), ("uk", "через день після бурі", day(-1)),
    ("hu", "két nappal a vihar után", day(-2)), ("hu", "két nappal ezelőtt", day(-2)),
    ("el", "δύο ημέρες μετά την καταιγίδα", day(-2)), ("el", "πριν από δύο ημέρες", day(-2)),
    ("tr", "fırtınadan iki gün sonra", day(-2)), ("tr", "iki gün önce", day(-2)), ("ar", "قبل يومين", day(-2)),
    ("ko", "폭풍 이틀 뒤", day(-2)), ("ko", "사흘 전", day(-3)),
    ("ko", "2일 전국에서 투표", dt.date(2024, 10, 2)), ("ja", "嵐の2日後", day(-2)), ("ja", "3日前", day(-3)),
    ("zh", "风暴两天后", day(-2)), ("zh", "三天前", day(-3)),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), READ)
def test_a_day_is_read_in_the_forms_of_its_language(language: str, text: str, expected: dt.date) -> None:
    """Inflected and joined weekdays, parts of the day and distances give the day that a reader would understand."""
    assert [wire(m.span) for m in find_dates(text, language, PUBLISHED)] == [f"{expected}/{expected}"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "por la mañana"), ("nl", "op de morgen"), ("de", "am Morgen"),
        ("ko", "8일간 이어졌다"), ("ko", "8일째 이어졌다"), ("ja", "8日間続いた"), ("ja", "第8日"), ("zh", "8日内完成"),
        ("zh", "一周一次"), ("en", "1.5 days"), ("de", "mittwochs geschlossen"), ("sv", "på onsdagar"),
        ("ko", "21만 대"), ("ja", "365日"), ("de", "die Montagausgabe"), ("pl", "cały tydzień"),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_day_is_none(language: str, text: str) -> None:
    """Mornings, durations and habits are no dates."""
    assert find_dates(text, language, PUBLISHED) == ()


def _weekday_names(language: str) -> list[str]:
    """The names that CLDR gives and those of the lexicon."""
    named = Locale.parse(language).days["stand-alone"]["wide"].values()
    return [*named, *(form.replace("_", " ") for forms in DAY_WORDS[language].weekdays for form in forms.split())]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_for_a_day_is_found(language: str) -> None:
    """Each word of the lexicon is found as it stands and in capitals, whole, and means what the lexicon says."""
    known = patterns(language).days
    assert known is not None
    for name in (item.partition("=")[0].replace("_", " ") for item in DAY_WORDS[language].days.split()):
        (mention,) = find_dates(name, language, PUBLISHED)
        assert (mention.text, mention.span.start) == (name, day(known.days[key(name)]))
    for name in (n + tail for n in _weekday_names(language) for tail in ("", *DAY_WORDS[language].tails.split())):
        (mention,) = find_dates(name, language, PUBLISHED)
        assert (mention.text, mention.kind) == (name, "weekday")
        assert mention.span.start is not None
        assert mention.span.start.weekday() == known.weekdays[key(name)]
    for name in known.next_to:
        (mention,) = find_dates(name, language, PUBLISHED)
        assert mention.step is not None, name
    for name in (*known.days, *known.weekdays, *known.next_to, *known.units, *known.numbers):
        find_dates(f"{name} {name}".upper(), language, PUBLISHED)


def test_a_weekend_is_two_days() -> None:
    """Without a direction it is the nearest, and neither Friday nor Monday belongs to it."""
    thursday = dt.date(2024, 10, 24)
    for text in ("On 26 October 2024 they met", "On 27 October 2024 they met", "On 19 October 2024 they met"):
        assert ungrounded(text, ["They meet at the weekend"], "en", thursday, None) == ()
    for text in ("On 25 October 2024 they met", "On 28 October 2024 they met", "On 22 October 2024 they met"):
        assert ungrounded(text, ["They meet at the weekend"], "en", thursday, None) != ()


COUNTED: list[tuple[str, str, Callable[[dt.date], dt.date]]] = [
    ("nl", "Gisteravond brak de dijk", lambda p: p - DAY),
    ("nl", "Vier dagen na de storm wordt de dijk hersteld", lambda p: p - 4 * DAY),
    ("de", "Elf Tage nach dem Sturm wird der Deich geflickt", lambda p: p - 11 * DAY),
    ("de", "Am Vorabend der Wahl wird der Deich geflickt", lambda p: p + DAY),
    ("en", "Twenty-three days after the storm the dam is mended", lambda p: p - 23 * DAY),
    ("en", "A week after the storm the dam is mended", lambda p: p - 7 * DAY),
    ("fr", "Au lendemain de la tempête, la digue est réparée", lambda p: p - DAY),
    ("it", "Sei giorni dopo il nubifragio si ripara la diga", lambda p: p - 6 * DAY),
    ("es", "La presa se reparará mañana", lambda p: p + DAY),
    ("pt", "Dois dias depois da tempestade, reparam a barragem", lambda p: p - 2 * DAY),
    ("sv", "Tre dagar efter stormen lagas vallen", lambda p: p - 3 * DAY),
    ("pl", "Pięć dni po burzy trwa naprawa tamy", lambda p: p - 5 * DAY),
    ("ru", "Через три дня после бури чинят дамбу", lambda p: p - 3 * DAY),
    ("hu", "Három nappal a vihar után javítják a gátat", lambda p: p - 3 * DAY),
    ("tr", "Baraj dün akşam yıkıldı", lambda p: p - DAY),
    ("ko", "둑이 나흘 전 무너졌다", lambda p: p - 4 * DAY),
    ("ja", "堤防は一昨日決壊した", lambda p: p - 2 * DAY),
    ("zh", "堤坝前天决口", lambda p: p - 2 * DAY),
]  # fmt: skip
BARE = [
    ("ko", "{}일 둑이 무너졌다"),
    ("ja", "堤防は{}日に決壊した"),
    ("zh", "堤坝{}日决口"),
    ("es", "el día {} cayó la presa"),
]
WEEKDAYS = [("nl", "{}avond brak de dijk"), ("de", "Am {}abend brach der Deich"), ("sv", "Vallen brast på {}skvällen")]
PUBLICATIONS = st.dates(dt.date(1950, 1, 1), dt.date(2090, 12, 31))


def wrong(right: dt.date) -> list[dt.date]:
    """The days beside a day, and the same day of the months and years beside."""
    month, year = right.month, right.year
    others = [(year, month - 1), (year, month + 1), (year - 1, month), (year + 1, month)]
    within = [(y + (m - 1) // 12, (m - 1) % 12 + 1) for y, m in others]
    moved = [dt.date(y, m, right.day) for y, m in within if right.day <= calendar.monthrange(y, m)[1]]
    return [right - DAY, right + DAY, *moved]


def check(language: str, source: str, published: dt.date, right: dt.date) -> None:
    """Only the right date is grounded in the source."""
    assert ungrounded(right.isoformat(), [source], language, published, None) == ()
    for other in wrong(right):
        assert ungrounded(other.isoformat(), [source], language, published, None) == (other.isoformat(),)


@settings(deadline=None)
@given(st.sampled_from(COUNTED), PUBLICATIONS)
def test_a_counted_day_beside_the_right_one_is_refused(
    case: tuple[str, str, Callable[[dt.date], dt.date]], published: dt.date
) -> None:
    """A date that is off by a day, a month or a year is no reading of a distance."""
    language, source, meant = case
    check(language, source, published, meant(published))


@settings(deadline=None)
@given(st.sampled_from(WEEKDAYS), PUBLICATIONS, st.integers(0, 6))
def test_a_date_beside_the_weekday_is_refused(case: tuple[str, str], published: dt.date, back: int) -> None:
    """Of a weekday with a part of the day written on to it too."""
    language, source = case
    right = published - back * DAY
    name = Locale.parse(language).days["stand-alone"]["wide"][right.weekday()]
    check(language, source.format(name), published, right)


@settings(deadline=None)
@given(st.sampled_from(BARE), PUBLICATIONS, st.integers(0, 27))
def test_a_date_beside_the_day_of_the_month_is_refused(case: tuple[str, str], published: dt.date, back: int) -> None:
    """A day without its month is that of the month of publication, or of the one before when that is nearer."""
    language, source = case
    right = published - back * DAY
    assume(right.month == published.month or right.day - published.day > 15)
    check(language, source.format(right.day), published, right)


@pytest.mark.parametrize(
    ("text", "sources", "grounded"),
    [
        ("21 October 2024", ["The grid was restored on Wednesday, two days after the attack"], True),
        ("22 October 2024", ["The grid was restored on Wednesday, two days after the attack"], False),
        ("25 October 2024", ["The grid was restored on Wednesday, two days after the attack"], False),
        ("23 October 2024", ["Two days after Monday's attack the grid was restored"], True),
        ("23 October 2024", ["The attack came on Monday", "Two days later the grid was restored"], True),
        ("19 October 2024", ["The attack came on Monday", "Two days later the grid was restored"], False),
        ("23 October 2024", ["Two days later the grid was restored"], False),
        ("23 October 2024", ["Polls opened on Monday, two days before the final vote"], True),
        ("19 October 2024", ["Polls opened on Monday, two days before the final vote"], False),
        ("3 March 2009", ["The line closed on 1 March 2009", "Two days later the station was sold"], True),
        ("4 March 2009", ["The line closed on 1 March 2009", "Two days later the station was sold"], False),
        ("in 2014", ["Opened in 2009, the station was sold five years later"], True),
        ("in 2013", ["Opened in 2009, the station was sold five years later"], False),
        ("on 3 May 2014", ["Opened in 2009, the station was sold five years later"], False),
    ],
)
def test_a_distance_counts_from_the_day_that_the_sources_name(text: str, sources: list[str], grounded: bool) -> None:
    """From the event or from what is told, whichever the sources date, and no more exactly than they count."""
    today = dt.date(2024, 10, 26)
    assert (ungrounded(text, sources, "en", today, None) == ()) is grounded


def test_a_weekday_with_its_day_of_the_month_is_that_day() -> None:
    """The number must fall on the weekday: else it counts something, and the weekday stands alone."""
    (numbered,) = find_dates("martedì 8 la diga ha ceduto", "it", PUBLISHED)
    (counting,) = find_dates("martedì 9 persone sono morte", "it", PUBLISHED)
    assert wire(numbered.span) == "2024-10-08/2024-10-08"
    assert wire(counting.span) == "2024-10-22/2024-10-22"
    assert [n.low for n in find_numbers("martedì 9 persone sono morte", "it")] == [9]


def test_decades_in_words_are_read() -> None:
    """Compounds and plain words name the decade of the last century."""
    texts = {
        "de": "seit den Siebzigerjahren",
        "en": "in the seventies",
        "it": "negli anni Settanta",
        "fr": "les années soixante-dix",
        "es": "en los años setenta",
        "pt": "nos anos setenta",
        "nl": "in de jaren zeventig",
        "sv": "på sjuttiotalet",
    }
    for language, text in texts.items():
        assert [wire(m.span) for m in find_dates(text, language, PUBLISHED)] == ["1970-01-01/1979-12-31"]


_PIECES = st.sampled_from(
    [f"{word} " for code in LANGUAGES for word in (*DAY_WORDS[code].days.split(), *DAY_WORDS[code].next_to.split())]
    + [
        "8日",
        "8일",
        "31",
        "0",
        "99",
        "İKİ GÜN ÖNCE ",
        "DREISSIG TAGE NACH ",
        "χθεςς",
        "’",
        "l'",
        "十二月三十一日",
        "周一 ",
    ]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(_PIECES, max_size=5), st.sampled_from(LANGUAGES), st.none() | st.dates())
def test_any_mixture_of_such_words_is_read_without_error(
    pieces: list[str], language: str, published: dt.date | None
) -> None:
    """At the ends of the calendar too; mentions are ordered and inside the text."""
    text, end = "".join(pieces).replace("_", " ").replace("=", " "), 0
    for mention in find_dates(text, language, published):
        assert end <= mention.start < mention.end <= len(text)
        end = mention.end
