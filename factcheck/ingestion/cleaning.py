"""Characters that no reader sees are taken out and counted; line ends become `\\n`."""

from __future__ import annotations

import unicodedata

import regex

LINE_END = regex.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")

UNSEEN: dict[str, regex.Pattern[str]] = {
    "control": regex.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f]+"),
    "zero-width": regex.compile(
        r"[\u200b\u2060-\u2064\ufeff\u034f\u180e\u115f\u1160\u3164\uffa0\u206a-\u206f\ufff9-\ufffb]+"
        r"|(?<![\p{Arab}\p{Syrc}\p{Deva}\p{Beng}\p{Guru}\p{Gujr}\p{Orya}\p{Taml}\p{Telu}\p{Knda}\p{Mlym}\p{Sinh}\p{Mong}"
        r"\p{Khmr}\p{Mymr}\p{Tibt}\p{Emoji_Presentation}\p{Extended_Pictographic}\p{M}])[\u200c\u200d]+"
    ),
    "soft hyphen": regex.compile(r"\u00ad+"),
    "direction": regex.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+"),
    "tag": regex.compile(r"[\U000e0000-\U000e007f]+"),
    "variation": regex.compile(r"[\U000e0100-\U000e01ef]+|(?<=[\ufe00-\ufe0f])[\ufe00-\ufe0f]+"),
    "private use": regex.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff]+"),
}
"""Kind -> pattern; joiners stay where a script or an emoji needs them (Unicode Standard, 23.2)."""

_SUSPECT = regex.compile(
    r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ue000-\uf8ff\ud800-\udfff\U000e0000-\U0010ffff]"
)
SURROGATE = regex.compile(r"[\ud800-\udfff]")


def clean(text: str) -> tuple[str, tuple[str, ...]]:
    """The text a reader sees, and a note per kind of character taken out; idempotent."""
    text = LINE_END.sub("\n", text)
    if _SUSPECT.search(text) is None:
        return text, ()
    notes = []
    text, broken = SURROGATE.subn("\ufffd", text)
    if broken:
        notes.append(f"{broken} broken characters shown as \ufffd")
    counts: dict[str, int] = {}
    before = None
    while before != text:
        before = text
        for kind, pattern in UNSEEN.items():
            shorter = pattern.sub("", text)
            if len(shorter) != len(text):
                counts[kind] = counts.get(kind, 0) + len(text) - len(shorter)
                text = shorter
    if counts:
        parts = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        notes.append(f"{sum(counts.values())} invisible characters removed ({parts})")
    return text, tuple(notes)


def fold(text: str) -> str:
    """NFC with every run of whitespace folded to one space: what counts as the same text."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def one_line(text: str | None) -> str | None:
    """A metadata value on one line without invisible characters; None when nothing is left."""
    if text is None:
        return None
    return fold(clean(text)[0]) or None


def printable(path: str) -> str:
    """A file name that can be shown and stored: control, direction and undecodable characters as escapes."""
    if path.isprintable() and not _SUSPECT.search(path):
        return path
    return "".join(
        c if c.isprintable() and not _SUSPECT.match(c) else c.encode("unicode_escape").decode("ascii") for c in path
    )
