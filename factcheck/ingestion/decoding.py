"""Bytes become text: byte order mark, UTF-8, the declared charset, then a detector that has to convince.

Nothing is guessed in silence: the note of a `Decoded` says what was.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import regex

from factcheck.ingestion import charsets
from factcheck.ingestion.base import Refused

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
READ_AS = {
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "utf8": "utf-8",
    "utf-16": "utf-8",
    "unicode": "utf-8",
}
"""Declared label -> what browsers read it as (WHATWG Encoding Standard, names and labels)."""
FEW = 0.1
"""Broken bytes per sound multi-byte sequence below which a text still counts as UTF-8."""
BINARY = regex.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
CONTROL_SHARE = 0.02


@dataclass(frozen=True)
class Decoded:
    """Text and how it was read; `note` is None when nothing was guessed."""

    text: str
    encoding: str
    note: str | None = None


def decode(data: bytes, declared: str | None = None, *, forced: str | None = None) -> Decoded:
    """Read bytes as text. `declared` is what the file says of itself, `forced` is the user's word.

    Raises Refused when no reading convinces, with the remedy.
    """
    if forced:
        return _forced(data, forced)
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding)
    wide = _wide(data)
    if wide is not None:
        return wide
    _refuse_binary(data)
    if b"\x1b$" in data or b"\x1b(J" in data:
        try:
            return Decoded(data.decode("iso2022_jp"), "iso2022_jp", "encoding recognised: iso-2022-jp")
        except UnicodeDecodeError:
            pass
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return _declared(data, declared) or _damaged(data) or _detected(data)


def _forced(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding).removeprefix("\ufeff"), encoding)
    except LookupError:
        raise Refused(f"unknown encoding {encoding!r}; use a name such as utf-8, cp1252 or gb18030") from None
    except UnicodeDecodeError as error:
        raise Refused(f"is not {encoding} (byte {error.start}); leave the encoding out to have it found") from None


def _marked(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    bad = text.count("\ufffd")
    if bad > max(1, len(text) // 100):
        raise Refused(f"begins like {encoding} but is not; save it as UTF-8")
    return Decoded(text, encoding, f"{bad} broken characters in {encoding}" if bad else None)


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a mark: every other byte of mostly Latin text is zero."""
    head = data[:4096]
    if len(head) < 4 or head.count(0) < len(head) // 5:
        return None
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if zeros.count(0) > len(zeros) * 0.4:
            text = data[: len(data) // 2 * 2].decode(encoding, errors="replace")
            sample = text[:4096]
            if sum(c.isalpha() or c.isspace() for c in sample) > len(sample) * 0.7:
                return Decoded(text, encoding, f"encoding guessed: {encoding}")
    return None


def _refuse_binary(data: bytes) -> None:
    head = data[:65536]
    if head and (b"\x00" in head or len(BINARY.findall(head)) > CONTROL_SHARE * len(head)):
        raise Refused("is not text but binary data; is the extension right? save it as text, HTML, PDF or DOCX")


def _declared(data: bytes, declared: str | None) -> Decoded | None:
    if not declared:
        return None
    label = declared.strip().lower()
    encoding = READ_AS.get(label, label)
    if encoding == "utf-8":
        return None
    try:
        codecs.lookup(encoding)
        return Decoded(data.decode(encoding), encoding)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None


def _damaged(data: bytes) -> Decoded | None:
    """UTF-8 with a few broken bytes, as cut downloads and pasted fragments have."""
    text = data.decode("utf-8", errors="replace")
    bad = text.count("\ufffd") - data.count(b"\xef\xbf\xbd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - bad
    if bad > max(1, FEW * sound) or sound < 2:
        return None
    return Decoded(text, "utf-8", f"{bad} broken bytes in UTF-8 shown as \ufffd")


def _detected(data: bytes) -> Decoded:
    found = charsets.detect(data)
    if found is None:
        raise Refused("encoding not recognised; save it as UTF-8 or name it with --encoding")
    return Decoded(data.decode(found), found, f"encoding guessed: {found}")
