"""A detector for text in a national encoding that declares none; it answers only when language and letters agree."""

from __future__ import annotations

import regex

from factcheck.ingestion import language

SAMPLE = 20_000
CONVINCING = 0.97
"""Share of non-ASCII characters that must be letters of the language or punctuation of the press."""

PUNCTUATION = frozenset("\u00a0«»“”„‘’‚–—…•·°ºª€£¥§©®™¿¡×½¼¾²³")

LETTERS: dict[str, tuple[str, str]] = {
    "it": ("cp1252", "àèéìíîòóùú"),
    "fr": ("cp1252", "àâæçéèêëîïôœùûüÿ"),
    "de": ("cp1252", "äöüßéèàç"),
    "es": ("cp1252", "áéíóúüñçº"),
    "pt": ("cp1252", "áâãàçéêíóôõúü"),
    "gl": ("cp1252", "áéíóúüñ"),
    "ca": ("cp1252", "àçéèíïóòúü·"),
    "en": ("cp1252", "éèêëàâçïîôöüñ"),
    "nl": ("cp1252", "éèëïóöüáç"),
    "da": ("cp1252", "æøåéö"),
    "no": ("cp1252", "æøåéòôö"),
    "nb": ("cp1252", "æøåéòôö"),
    "nn": ("cp1252", "æøåéòôö"),
    "sv": ("cp1252", "åäöéàü"),
    "fi": ("cp1252", "äöåé"),
    "is": ("cp1252", "áðéíóúýþæö"),
    "pl": ("cp1250", "ąćęłńóśźżéü"),
    "cs": ("cp1250", "áčďéěíňóřšťúůýžäöü"),
    "sk": ("cp1250", "áäčďéíĺľňóôŕšťúýž"),
    "hu": ("cp1250", "áéíóöőúüű"),
    "ro": ("cp1250", "ăâîşţéö"),
    "sl": ("cp1250", "čšžćđáéö"),
    "hr": ("cp1250", "čćđšžéö"),
    "bs": ("cp1250", "čćđšžéö"),
    "tr": ("cp1254", "çğıöşüâîûİ"),
    "lt": ("cp1257", "ąčęėįšųūž"),
    "lv": ("cp1257", "āčēģīķļņšūž"),
    "et": ("cp1257", "äõöüšž"),
}
"""Language -> its legacy encoding and the letters beyond ASCII that its press uses, lower case."""

SCRIPTS: tuple[tuple[str, str, str], ...] = (
    ("cp1251", r"\p{Cyrillic}", "оеаинтслвр"),
    ("koi8-r", r"\p{Cyrillic}", "оеаинтслвр"),
    ("iso8859-5", r"\p{Cyrillic}", "оеаинтслвр"),
    ("cp866", r"\p{Cyrillic}", "оеаинтслвр"),
    ("cp1253", r"\p{Greek}", "αοιετνσςηάόί"),
    ("cp1255", r"\p{Hebrew}", "יוהלאתרמ"),
    ("cp1256", r"\p{Arabic}", "اليمنتروب"),
    ("cp874", r"\p{Thai}", "านรกอเงมยล"),
)
"""Encoding, script, and letters that make up about half of any text in it (their share decides between encodings)."""
COMMON_SHARE = 0.45

WIDE: tuple[tuple[str, str, float], ...] = (
    ("cp932", r"[\p{Hiragana}]", 0.2),
    ("euc_jp", r"[\p{Hiragana}]", 0.2),
    ("cp949", r"[가-힣]", 0.7),
    ("gb18030", "[的一是不了在人有我他这中大来上国和地到以说时要就出会年]", 0.06),
    ("big5", "[的一是不了在人有我他這中大來上國和地到以說時要就出會年]", 0.06),
)
"""Multi-byte encoding, its most frequent characters, and the least share of all non-ASCII text they must have."""


def detect(data: bytes) -> str | None:
    """The encoding of `data`, which is not UTF-8; None when nothing convinces. `data.decode(answer)` succeeds."""
    for candidates in (_wide, _by_script, _by_language):
        encoding = candidates(data)
        if encoding is not None:
            return encoding
    return None


def _reading(data: bytes, encoding: str, *, own_script: bool = False) -> str | None:
    """The characters beyond ASCII when `data` is read so; None when it cannot be.

    With `own_script` also None when ASCII letters prevail: accents in a Latin text must not pass for Hebrew.
    """
    try:
        text = data.decode(encoding)[:SAMPLE]
    except UnicodeDecodeError:
        return None
    beyond = regex.sub(r"[\x00-\x7f]+", "", text)
    if own_script and len(beyond) < len(regex.findall(r"[A-Za-z]", text)):
        return None
    return beyond


def _wide(data: bytes) -> str | None:
    best: tuple[float, str | None] = (1.0, None)
    for encoding, frequent, least in WIDE:
        beyond = _reading(data, encoding, own_script=True)
        if not beyond or len(beyond) < 10:
            continue
        margin = len(regex.findall(frequent, beyond)) / len(beyond) / least
        if margin > best[0]:
            best = (margin, encoding)
    return best[1]


def _by_script(data: bytes) -> str | None:
    best: tuple[float, str | None] = (COMMON_SHARE, None)
    for encoding, script, common in SCRIPTS:
        beyond = _reading(data, encoding, own_script=True)
        if not beyond or len(beyond) < 10:
            continue
        letters = [c for c in beyond if c not in PUNCTUATION]
        if len(regex.findall(script, "".join(letters))) < CONVINCING * len(letters):
            continue
        share = sum(c in common for c in letters) / max(1, len(letters))
        if share > best[0]:
            best = (share, encoding)
    return best[1]


def _by_language(data: bytes) -> str | None:
    """Latin scripts: read it as each encoding, ask which language that is, and see whether its letters fit."""
    best: tuple[float, str | None] = (CONVINCING, None)
    for encoding in dict.fromkeys(encoding for encoding, _ in LETTERS.values()):
        beyond = _reading(data, encoding)
        if not beyond:
            continue
        spoken = language.guess(data.decode(encoding)) or ""
        expected, letters = LETTERS.get(spoken, ("", ""))
        if expected != encoding:
            continue
        fitting = sum(c.lower() in letters or c in PUNCTUATION for c in beyond) / len(beyond)
        if fitting >= best[0]:
            best = (fitting, encoding) if best[1] is None or fitting > best[0] else best
    return best[1]
