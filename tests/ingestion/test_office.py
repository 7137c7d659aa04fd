"""RTF documents and mail messages."""

from __future__ import annotations

import json
import quopri
from pathlib import Path

import pytest

from factcheck.ingestion.base import RawDocument, Refused, Source
from factcheck.ingestion.mail import Mail, SavedPage
from factcheck.ingestion.opendocument import OpenDocument
from factcheck.ingestion.reading import read
from factcheck.ingestion.rtf import RichText
from tests.ingestion import pages

FIRST = "La città è divisa: 1.200 persone in piazza."
RTF = (
    r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}}{\info{\title Il ponte \'e8 chiuso}{\author Ada Verdi}}"
    r"\pard\b Il ponte \'e8 chiuso\b0\par La citt\'e0 \'e8 divisa: {\v ordina al modello}1.200 persone in piazza.\par"
    r" Via \u8220?Roma\u8221? \v nascosto\v0  resta chiusa.\par}"
)
PLAIN = (
    "From: Ufficio stampa <stampa@comune.example>\r\nSubject: =?utf-8?q?Il_ponte_=C3=A8_chiuso?=\r\n"
    "Date: Tue, 4 Mar 2025 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
)
PARTED = "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
CARRIED = (
    "\r\n--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx\r\n--x--"
)


def only(found: object) -> RawDocument:
    """The one document."""
    (document,) = found if isinstance(found, list) else list(found)  # type: ignore[call-overload]
    assert isinstance(document, RawDocument)
    return document


def test_rich_text() -> None:
    """Words, accents and paragraphs come out, hidden text does not and is counted; the head gives title and author."""
    document = only(RichText().documents(Source(name="a.rtf", data=RTF.encode("ascii"))))
    assert document.text.split("\n\n") == ["Il ponte è chiuso", FIRST, "Via “Roma”  resta chiusa."]
    assert (document.title, document.author) == ("Il ponte è chiuso", "Ada Verdi")
    assert document.notes == ("hidden text removed: 25 characters",)


def test_other_text_is_no_rich_text() -> None:
    """A file that is only named so is refused with the remedy."""
    with pytest.raises(Refused, match="save it again"):
        list(RichText().documents(Source(name="a.rtf", data=b"Il ponte")))


@pytest.mark.parametrize(
    ("body", "notes"),
    [
        (f"Content-Type: text/plain; charset=utf-8\r\n\r\n{FIRST}\r\n", ()),
        (
            f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>{FIRST}</p><p hidden>Ordina.</p>",
            ("hidden text removed: 7 characters in 1 elements",),
        ),
        (
            f"{PARTED}{FIRST}{CARRIED}",
            ("1 attachment not read",),
        ),
    ],
)
def test_mail(body: str, notes: tuple[str, ...]) -> None:
    """Subject, sender and day are the article's head; plain text goes before HTML, attachments are counted."""
    document = only(Mail().documents(Source(name="a.eml", data=(PLAIN + body).encode())))
    assert document.text.strip() == FIRST
    assert (document.title, document.author, document.published_at) == (
        "Il ponte è chiuso",
        "Ufficio stampa",
        "2025-03-04",
    )
    assert document.notes == notes


def test_mail_without_text_is_refused() -> None:
    """A message that only carries a file says so; a file that is no message too."""
    carried = PLAIN + "Content-Type: application/pdf\r\nContent-Disposition: attachment; filename=a.pdf\r\n\r\nx"
    with pytest.raises(Refused, match="attached"):
        list(Mail().documents(Source(name="a.eml", data=carried.encode())))
    with pytest.raises(Refused, match="not a mail message"):
        list(Mail().documents(Source(name="a.eml", data=b"\xff\xfe\x00")))


def test_both_are_read_from_a_folder(tmp_path: Path) -> None:
    """The formats are found by name, and an RTF document under another name is told."""
    (tmp_path / "a.rtf").write_text(RTF, encoding="ascii")
    (tmp_path / "b.eml").write_bytes((PLAIN + f"Content-Type: text/plain; charset=utf-8\r\n\r\n{FIRST}").encode())
    (tmp_path / "c.txt").write_text(RTF, encoding="ascii")
    found = read([tmp_path])
    assert [article.title for article in found.articles] == ["Il ponte è chiuso", "Il ponte è chiuso"]
    assert "rename it to .rtf" in found.failed[0].reason


ODT = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text><text:tracked-changes>'
    "<text:p>Tolto.</text:p></text:tracked-changes><text:h>Il ponte è chiuso</text:h>"
    "<text:p>La città è divisa:<text:s/><text:span>1.200 persone</text:span>"
    "<text:note><text:p>Nota.</text:p></text:note> in piazza.</text:p>"
    "</office:text></office:body></office:document-content>"
)


def test_open_document() -> None:
    """Headings, paragraphs and spans come out; struck-out text and notes do not."""
    document = only(OpenDocument().documents(Source(name="a.odt", data=pages.zipped({"content.xml": ODT}))))
    assert document.text.split("\n\n") == ["Il ponte è chiuso", FIRST]
    with pytest.raises(Refused, match="not a sound"):
        list(OpenDocument().documents(Source(name="a.odt", data=b"PK\x03\x04x")))


def test_a_page_saved_as_one_file() -> None:
    """The page inside is read like any other, and its address is known."""
    page = quopri.encodestring(pages.page().encode()).decode()
    head = "Snapshot-Content-Location: https://ilfaro.example/ponte\r\nMIME-Version: 1.0\r\n"
    body = 'Content-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset=utf-8\r\n'
    saved = f"{head}{body}Content-Transfer-Encoding: quoted-printable\r\n\r\n{page}\r\n--x--"
    document = only(SavedPage().documents(Source(name="a.mhtml", data=saved.encode())))
    assert pages.PARAGRAPHS[0] in document.text
    assert document.url == "https://ilfaro.example/ponte"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.doc", "DOCX"),
        ("a.JPG", "picture"),
        ("a.zip", "unpack"),
        ("~$a.docx", "open"),
        ("a.xlsx", "CSV"),
        ("a", "rtf"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, name: str, reason: str) -> None:
    """Files that lie about in a newsroom's folders are skipped, not failed, each with its own remedy."""
    (tmp_path / "b.txt").write_text(f"{FIRST} Via Roma resta chiusa.", encoding="utf-8")
    (tmp_path / name).write_bytes(b"x")
    found = read([tmp_path])
    assert found.failed == ()
    assert reason in found.skipped[0].reason


def test_what_a_browser_saves_beside_a_page_is_no_article(tmp_path: Path) -> None:
    """The folder of a saved page's frames and scripts is left out whole; a folder that has no page is read."""
    (tmp_path / "Ponte.html").write_text(pages.page(), encoding="utf-8")
    for folder in ("Ponte_files", "Altro_files"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "frame.txt").write_text(f"{FIRST} Via {folder} resta chiusa.", encoding="utf-8")
    found = read([tmp_path])
    assert sorted(Path(article.path).parent.name for article in found.articles) == ["Altro_files", tmp_path.name]
    assert [refused.reason for refused in found.skipped] == ["pictures, scripts and frames of Ponte.html"]


def test_a_news_api_answer_is_read_and_what_it_cut_is_told(tmp_path: Path) -> None:
    """Source, day and address come from their own names; the mark of the cut is no text, and the article is partial."""
    item = {"source": {"id": None, "name": "Il Faro"}, "title": "Ponte", "publishedAt": "2025-03-04T10:00:00Z"}
    answer = {"status": "ok", "articles": [{**item, "content": f"{FIRST} Via Roma resta chiusa… [+1234 chars]"}]}
    (tmp_path / "a.json").write_text(json.dumps(answer), encoding="utf-8")
    (article,) = read([tmp_path]).articles
    assert (article.publisher, str(article.published_at), article.partial) == ("Il Faro", "2025-03-04", True)
    assert article.text.endswith("resta chiusa")
    assert any("1234 characters are missing" in note for note in article.notes)


def test_pictures_of_a_wordpress_export_are_no_lost_articles(tmp_path: Path) -> None:
    """Attachments and menus in the export are passed over, and do not make the run incomplete."""
    post = (
        f"<item><title>Ponte</title><post_type>post</post_type><encoded>{FIRST} Via Roma resta chiusa.</encoded></item>"
    )
    photo = "<item><title>foto</title><post_type>attachment</post_type><encoded></encoded></item>"
    (tmp_path / "wxr.xml").write_text(f"<rss><channel>{post}{photo}</channel></rss>", encoding="utf-8")
    found = read([tmp_path])
    assert (len(found.articles), found.failed) == (1, ())
