"""Bytes become text; what was guessed is said, and what cannot be read is refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.ingestion.base import Refused
from factcheck.ingestion.decoding import decode

ITALIAN = "La città è più povera. «Perché così?», chiede l’università – già da giovedì il caffè costa 10 €."
TEXTS = {
    "cp1252": [
        ITALIAN,
        "Le maire a déclaré que l’école rouvrirait après Noël ; « c’est sûr », a-t-il répété à Orléans.",
        "Der Bürgermeister erklärte, die Brücke über den Fluss bleibe sechs Monate geschlossen – größere Schäden.",
        "El alcalde señaló que la reconstrucción del puente costará más de 3 millones, según informó ayer.",
        "O presidente da câmara não confirmou que a construção da ponte começará em março, disse à agência.",
    ],
    "cp1250": [
        "Most będzie zamknięty na sześć miesięcy, powiedział burmistrz. Koszt to około trzech milionów złotych.",
        "Starosta řekl, že most přes řeku bude uzavřen šest měsíců a oprava bude stát víc než tři miliony korun.",
    ],
    "cp1251": ["Мост через реку закрыт с понедельника, сообщил мэр города. Ремонт займёт шесть месяцев."],
    "koi8-r": ["Мост через реку закрыт с понедельника, сообщил мэр города. Ремонт займёт шесть месяцев."],
    "cp1253": ["Η γέφυρα θα παραμείνει κλειστή για έξι μήνες, δήλωσε ο δήμαρχος της πόλης."],
    "cp1254": ["Belediye başkanı köprünün altı ay boyunca kapalı kalacağını söyledi. Çalışmalar üç milyon lira, dedi."],
    "cp1256": ["قال رئيس البلدية إن الجسر سيظل مغلقا لمدة ستة أشهر بسبب أعمال الصيانة."],
    "gb18030": ["市长说，这座大桥从星期一起关闭，维修工程将在六个月内完成，费用是三百万元。他不同意媒体的说法。"],
    "cp932": ["市長は、橋が月曜日から閉鎖され、修理には六か月かかると述べた。費用は三百万円になる見込みだ。"],
    "cp949": ["시장은 다리가 월요일부터 폐쇄되었으며 수리에는 여섯 달이 걸릴 것이라고 말했다."],
}


@pytest.mark.parametrize(("encoding", "text"), [(e, t) for e, texts in TEXTS.items() for t in texts])
def test_undeclared_national_encodings(encoding: str, text: str) -> None:
    """Press text in a national encoding that declares none comes out right, and the guess is noted."""
    decoded = decode(text.encode(encoding))
    assert decoded.text == text
    assert decoded.note == f"encoding guessed: {decoded.encoding}"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_unicode_is_no_guess(encoding: str) -> None:
    """UTF-8, and any Unicode encoding with its mark, is read without a note."""
    decoded = decode(ITALIAN.encode(encoding))
    assert (decoded.text, decoded.note) == (ITALIAN, None)


def test_utf_16_without_mark_is_found() -> None:
    """UTF-16 that lacks its mark is recognised by its zeros, and noted."""
    assert decode(ITALIAN.encode("utf-16-le")).text == ITALIAN
    assert decode(ITALIAN.encode("utf-16-be")).note == "encoding guessed: utf-16-be"


def test_a_few_broken_bytes_do_not_change_the_encoding() -> None:
    """UTF-8 with one broken byte stays UTF-8; the broken byte is shown and counted."""
    decoded = decode((ITALIAN * 3).encode("utf-8") + b" fine \xe8.")
    assert decoded.text.startswith(ITALIAN)
    assert decoded.note == "1 broken bytes in UTF-8 shown as \ufffd"


def test_declared_charset_is_believed_after_utf_8() -> None:
    """A declared charset decides what is not UTF-8; a false declaration of one does not harm sound UTF-8."""
    assert decode("пример".encode("koi8-r"), "KOI8-R").text == "пример"
    assert decode("caffè – 10 €".encode("cp1252"), "iso-8859-1").text == "caffè – 10 €"
    assert decode(ITALIAN.encode("utf-8"), "iso-8859-1").text == ITALIAN


def test_the_users_word_goes_first() -> None:
    """A named encoding is used, and refused with the reason when it is unknown or does not fit."""
    assert decode(b"caff\xe8", forced="cp1252").text == "caffè"
    with pytest.raises(Refused, match="unknown encoding"):
        decode(b"x", forced="klingon")
    with pytest.raises(Refused, match="is not utf-8"):
        decode(b"caff\xe8", forced="utf-8")


@pytest.mark.parametrize("data", [bytes(range(256)) * 8, b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" * 9])
def test_binary_data_is_refused(data: bytes) -> None:
    """What is not text is refused with a remedy."""
    with pytest.raises(Refused, match="binary"):
        decode(data)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """No bytes make the decoder raise anything but its refusal."""
    with contextlib.suppress(Refused):
        assert isinstance(decode(data).text, str)
