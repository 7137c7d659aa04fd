"""Rich Text Format, as old editorial systems and press offices save it."""

from __future__ import annotations

from collections.abc import Iterator

import regex

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source

UNSEEN = regex.compile(
    r"\{\\(?:v|deleted)(?![a-z0-9])(?P<words>[^{}]*)\}"
    r"|\\(?:v|deleted)(?![a-z0-9-])(?P<words>(?:[^{}\\]|\\'[0-9a-f]{2})*)\\(?:v|deleted)0 ?"
)
"""Hidden text and text struck out by tracked changes, as a group of its own or between two marks."""
CONTROL = regex.compile(r"\\(?:'[0-9a-f]{2}|[a-z]+-?\d* ?|.)", regex.S)
INFO = regex.compile(r"\{\\(?P<field>title|author)\s(?P<words>(?:[^{}\\]|\\.){1,500})\}", regex.S)
CODE_PAGE = regex.compile(r"\\ansicpg\d+")


class RichText:
    """`.rtf`."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the file is no RTF."""
        written = source.data.decode("latin-1").lstrip("\ufeff\xef\xbb\xbf \r\n\t")
        if not written.startswith("{\\rtf"):
            raise Refused("not a sound RTF document; save it again as RTF, DOCX or text")
        unseen = sum(len(_plain(match["words"])) for match in UNSEEN.finditer(written))
        head = written[: written.find("\\pard")] if "\\pard" in written else written
        page = CODE_PAGE.search(head)
        begin = "{\\rtf1" + (page[0] if page else "")
        info = {match["field"]: _text(f"{begin} {match['words']}}}", source) for match in INFO.finditer(head)}
        text = _text(UNSEEN.sub("", written), source)
        yield RawDocument(
            text="\n\n".join(line for line in text.split("\n") if line.strip()),
            title=info.get("title") or None,
            title_in_text=True,
            author=info.get("author") or None,
            notes=(f"hidden text removed: {unseen} characters",) if unseen else (),
        )


def _text(rtf: str, source: Source) -> str:
    from striprtf.striprtf import rtf_to_text

    text = rtf_to_text(rtf, encoding=source.encoding or "cp1252", errors="replace")  # type: ignore[no-untyped-call]
    return str(text).strip()


def _plain(words: str) -> str:
    return CONTROL.sub("", words).strip()
