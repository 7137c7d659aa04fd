"""Mail messages (press releases and newsletters as a mail program saves them) and web pages saved as one MIME file."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

from factcheck.ingestion.base import BadRecord, RawDocument, Refused, Source
from factcheck.ingestion.decoding import decode
from factcheck.ingestion.html import extract
from factcheck.ingestion.markup import words_of


class Mail:
    """`.eml`: subject, date and sender are title, date and author; attachments are not read, and counted."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the message has no text."""
        message = _message(source.data)
        if not message.keys():
            raise Refused("not a mail message; save it again from the mail program, or as text")
        try:
            body = message.get_body(preferencelist=("plain", "html"))
            attached = sum(1 for _ in message.iter_attachments())
        except (
            AttributeError,
            KeyError,
            TypeError,
            ValueError,
        ):  # parts that are none, which the library takes on trust
            raise Refused("not a sound mail message; save it again from the mail program, or as text") from None
        if not isinstance(body, EmailMessage):
            raise Refused("a mail message without text; save what is attached to it")
        text, notes = _text(body, source)
        if attached:
            notes = (*notes, "1 attachment not read" if attached == 1 else f"{attached} attachments not read")
        yield RawDocument(
            text=text,
            title=str(_header(message, "Subject") or "") or None,
            author=_sender(message),
            published_at=_date(message),
            language=str(_header(message, "Content-Language") or "") or None,
            notes=notes,
        )


class SavedPage:
    """`.mht`, `.mhtml`: a web page as browsers save it with its pictures in one file."""

    isolated = True

    def documents(self, source: Source) -> Iterator[RawDocument | BadRecord]:
        """One document. Raises Refused when the file holds no page, or the page no article."""
        message = _message(source.data)
        page = next((found for found in message.walk() if found.get_content_type() == "text/html"), None)
        data = page.get_payload(decode=True) if page is not None else None
        if page is None or not isinstance(data, bytes):
            raise Refused("no web page in it; save the page again as HTML")
        decoded = decode(data, page.get_content_charset(), forced=source.encoding)
        address = message.get("Snapshot-Content-Location") or page.get("Content-Location")
        url = str(address) if address and str(address).startswith("http") else None
        yield extract(decoded.text, url=url, notes=(decoded.note,) if decoded.note else ())


def _message(data: bytes) -> EmailMessage:
    from email import message_from_bytes, policy  # its grammar is slow to import and few folders hold mail

    return message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=policy.default)


def _text(body: EmailMessage, source: Source) -> tuple[str, tuple[str, ...]]:
    data = body.get_payload(decode=True)
    decoded = decode(data if isinstance(data, bytes) else b"", body.get_content_charset(), forced=source.encoding)
    notes = (decoded.note,) if decoded.note else ()
    if body.get_content_type() != "text/html":
        return decoded.text, notes
    words, more = words_of(decoded.text)
    return words, (*notes, *more)


def _header(message: EmailMessage, name: str) -> object:
    """A header as the library reads it; None when there is none or it is too broken for it."""
    try:
        return message.get(name)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):  # its parser takes broken addresses on trust
        return None


def _sender(message: EmailMessage) -> str | None:
    from email.headerregistry import AddressHeader

    header = _header(message, "From")
    if not isinstance(header, AddressHeader) or not header.addresses:
        return None
    return header.addresses[0].display_name or None


def _date(message: EmailMessage) -> str | None:
    from email.headerregistry import DateHeader

    header = _header(message, "Date")
    if not isinstance(header, DateHeader) or header.datetime is None:
        return None
    return header.datetime.date().isoformat()
