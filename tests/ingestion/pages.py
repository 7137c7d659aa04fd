"""Files of every format about one invented story, built in memory."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

PARAGRAPHS = (
    "Il ponte sul fiume è chiuso da lunedì, ha detto il prefetto Carla Neri.",
    "Secondo la regione i lavori dureranno sei mesi e costeranno 3.500.000 euro.",
    "«Non c'è alternativa», ha aggiunto il sindaco. I pendolari protestano da giorni davanti al municipio.",
)
TITLE = "Ponte chiuso per sei mesi"
WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def page(extra: str = "", *, head: str = "", charset: str = "utf-8") -> str:
    """A saved news page with menu, metadata, the story, and `extra` markup after its first paragraph."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": "2025-03-04T10:00:00+01:00",
        "author": {"@type": "Person", "name": "Ada Verdi"},
        "publisher": {"@type": "Organization", "name": "Il Faro"},
    }
    story = f"<p>{PARAGRAPHS[0]}</p>{extra}" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS[1:])
    return (
        f'<!DOCTYPE html><html lang="it-IT"><head><meta charset="{charset}"><title>{TITLE} | Il Faro</title>{head}'
        '<meta property="og:site_name" content="Il Faro"><link rel="canonical" href="https://www.ilfaro.example/ponte">'
        f'<script type="application/ld+json">{json.dumps(data)}</script></head><body>'
        '<nav><a href="/">Prima pagina</a><a href="/sport">Sport</a></nav>'
        f"<article><h1>{TITLE}</h1>{story}</article><footer>Informativa sulla riservatezza</footer></body></html>"
    )


def pdf(lines: list[list[str]]) -> bytes:
    """A PDF with one page per list of lines, Latin letters only."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for texts in lines:
        shown = "".join(f"({text}) Tj 0 -14 Td " for text in texts)
        stream = f"BT /F1 11 Tf 60 760 Td {shown}ET".encode("latin-1")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def docx(body: str) -> bytes:
    """A Word document with `body` as the content of its body element (prefix `w:`)."""
    return zipped({"word/document.xml": f'<w:document xmlns:w="{WORD_NAMESPACE}"><w:body>{body}</w:body></w:document>'})


def zipped(parts: dict[str, str]) -> bytes:
    """A zip file with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def warc(pages: dict[str, str]) -> bytes:
    """A gzipped web archive with one answer per address."""
    records = []
    for url, text in pages.items():
        body = text.encode("utf-8")
        http = (
            b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
            + body
        )
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000000>\r\n"
            f"WARC-Date: 2025-03-04T10:00:00Z\r\nWARC-Target-URI: {url}\r\n"
            f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
        )
        records.append(gzip.compress(head.encode() + http + b"\r\n\r\n"))
    return b"".join(records)
