"""Sentences: exact offsets always, and sensible ends in the languages and layouts of the press."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.ingestion.sentences import LONGEST, split

PIECES = st.sampled_from(
    [
        ". ",
        "… ",
        "! ",
        "» ",
        "«",
        "(Il Faro) ",
        "\n",
        "\n\n",
        "\r\n",
        "\u2029",
        "Dr",
        ".",
        "A",
        "b ",
        "12",
        "。",
        "؟",
        "- ",
    ]
)


@given(st.text(max_size=300) | st.lists(PIECES | st.text(max_size=5), max_size=60).map("".join), st.booleans())
def test_sentences_cover_any_text(text: str, titled: bool) -> None:
    """Spans are ordered, disjoint, trimmed, numbered from 1, and together hold every character that is not space."""
    sentences = split(text, "it", titled=titled)
    position, seen = 0, []
    for number, sentence in enumerate(sentences, start=1):
        assert sentence.number == number
        assert position <= sentence.start < sentence.end
        quote = text[sentence.start : sentence.end]
        assert quote == quote.strip()
        seen.append(quote)
        position = sentence.end
    assert "".join("".join(seen).split()) == "".join(text.split())


def _quotes(text: str, language: str, *, titled: bool = False) -> list[str]:
    return [text[s.start : s.end] for s in split(text, language, titled=titled)]


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Mr. Hale met A. B. Stone in the U.S. on Jan. 5, 2024.", "It cost $3.5 million.", '"Why?" he asked.']),
        (
            "en",
            [
                "She left at 5 p.m.",
                "The road, No. 10 in the plan, stays shut.",
                "He waited… and left.",
                "Nobody saw it…",
            ],
        ),
        (
            "it",
            [
                "Il dott. Neri ha visto l'on. Verdi.",
                "«È finita.",
                "Davvero», ha detto.",
                "Costa 3.500 euro, ecc.",
                "Poi nulla.",
            ],
        ),
        ("de", ["Am 5. Oktober kam er z. B. nach Kiel.", "Er sagte: „Nein.“", "Dann ging er."]),
        ("fr", ["« Je pars. »", "Il est parti !", "« Non ! » crie M. Aubry.", "Fin."]),
        ("es", ["¿Qué pasó?", "¡Nada!", "El Sr. Gil dijo «no».", "Luego salió."]),
        ("ru", ["По словам А. Б. Орлова, это так.", "Мост закрыт."]),
        ("ar", ["انتهى الاجتماع اليوم.", "هل سيعود الوزير؟", "نعم."]),
        ("hi", ["बैठक समाप्त हुई।", "क्या वे लौटेंगे?"]),
    ],
)
def test_sentences_end_where_readers_end_them(language: str, sentences: list[str]) -> None:
    """Abbreviations, initials, ordinals, decimals and quotation marks neither split nor glue sentences."""
    assert _quotes(" ".join(sentences), language) == sentences


def test_scripts_without_spaces() -> None:
    """Chinese and Japanese full stops end sentences without a space, but not inside a quotation that goes on."""
    assert _quotes("桥已关闭。市长说：“会修好。”有12人受伤！", "zh") == [
        "桥已关闭。",
        "市长说：“会修好。”",
        "有12人受伤！",
    ]
    assert _quotes("市長は「問題ない。」と述べた。会議は終わった。", "ja") == [
        "市長は「問題ない。」と述べた。",
        "会議は終わった。",
    ]


def test_source_in_brackets_stays_with_its_passage() -> None:
    """An outlet in brackets after a passage belongs to the sentence before it, never to the next passage."""
    text = (
        "La giunta ha negato tutto. (Il Faro) Il ponte resta chiuso. (laborsa.it)\n\n"
        "Un terzo testo… Lo dice il prefetto. (L'Eco)"
    )
    assert _quotes(text, "it") == [
        "La giunta ha negato tutto. (Il Faro)",
        "Il ponte resta chiuso. (laborsa.it)",
        "Un terzo testo…",
        "Lo dice il prefetto. (L'Eco)",
    ]


def test_wrapped_lines_join_and_short_lines_stand_alone() -> None:
    """A line broken by the width goes on in the next; headings, list items and live-blog entries do not."""
    wrapped = (
        "The council said on Monday that the northern bridge would stay\n"
        "closed for another week, although nobody at the ministry could\n"
        "say whether Mr. Hale would attend the opening. Work goes on by\n"
        "night.\n\nA second paragraph."
    )
    sentences = split(wrapped, "en")
    assert [wrapped[s.start : s.end].replace("\n", " ")[-30:] for s in sentences] == [
        "r Mr. Hale would attend the opening."[-30:],
        "Work goes on by night.",
        "A second paragraph.",
    ]
    assert [s.paragraph for s in sentences] == [1, 1, 2]
    lines = ["- First demand", "- second demand", "20:15 The mayor spoke", "Another story", "It has a full sentence."]
    assert _quotes("\n".join(lines), "en") == lines


def test_headings_between_one_line_paragraphs() -> None:
    """Without blank lines, a line without a full stop before a paragraph is a heading, and each line a paragraph."""
    text = (
        "Ponte chiuso, la città divisa\n\nIl ponte è chiuso da lunedì. Il sindaco tace.\nAltri lavori in vista\n"
        "La regione annuncia un cantiere lungo sei mesi."
    )
    sentences = split(text, "it", titled=True)
    assert [(s.paragraph, s.headline) for s in sentences] == [(1, True), (2, False), (2, False), (3, True), (4, False)]


def test_endless_sentence_is_cut_at_a_space() -> None:
    """A run without any full stop is cut into pieces of bounded length, between words."""
    pieces = _quotes("parola " * 2_000, "it")
    assert max(map(len, pieces)) <= LONGEST
    assert all(set(piece.split()) == {"parola"} for piece in pieces)
