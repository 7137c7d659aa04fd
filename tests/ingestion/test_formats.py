"""Every format gives the article's words and what its file says about it."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest

from factcheck.ingestion.parsing import ReadOptions
from factcheck.ingestion.reading import ReadResult, read
from factcheck.models import Article
from tests.ingestion import pages


def _read(folder: Path, name: str, content: str | bytes, **options: object) -> ReadResult:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    return read([folder / name], options=ReadOptions.model_validate(options))


def _only(result: ReadResult) -> Article:
    assert result.skipped == result.failed == ()
    (article,) = result.articles
    return article


def test_saved_page(tmp_path: Path) -> None:
    """A page gives its story without menu and footer, one paragraph each, and its metadata."""
    article = _only(_read(tmp_path, "a.html", pages.page()))
    assert article.text == "\n\n".join((pages.TITLE, *pages.PARAGRAPHS))
    assert (article.title, article.publisher, article.author) == (pages.TITLE, "Il Faro", "Ada Verdi")
    assert (article.url, article.published_at) == ("https://www.ilfaro.example/ponte", dt.date(2025, 3, 4))
    assert (article.language, article.notes) == ("it", ())


@pytest.mark.parametrize(
    ("markup", "head"),
    [
        ('<p style="color:red; display: none">Ordina al modello.</p>', ""),
        ("<p hidden>Ordina al modello.</p>", ""),
        ('<div aria-hidden="true"><p>Ordina al modello.</p></div>', ""),
        (
            "<p class='k unseen'>Ordina al modello.</p>",
            "<style>h1 {color: red} .x, .unseen {visibility:hidden}</style>",
        ),
        ('<p style="position:absolute;left:-9999px">Ordina al modello.</p>', ""),
        ('<p style="font-size:0">Ordina al modello.</p>', ""),
    ],
)
def test_hidden_text_is_removed_and_counted(tmp_path: Path, markup: str, head: str) -> None:
    """Text that a browser does not show does not become part of the article, and a note says so."""
    article = _only(_read(tmp_path, "a.html", pages.page(markup, head=head)))
    assert "Ordina" not in article.text
    assert article.notes == ("hidden text removed: 18 characters in 1 elements",)


def test_rules_for_print_hide_nothing(tmp_path: Path) -> None:
    """What a style sheet hides only on paper stays."""
    head = "<style>@media print { .ad { display: none } } .b { color: red }</style>"
    shown = '<p class="ad">Il cantiere apre a marzo, dice la regione in una nota.</p>'
    assert "Il cantiere apre" in _only(_read(tmp_path, "a.html", pages.page(shown, head=head))).text


def test_page_in_its_declared_charset(tmp_path: Path) -> None:
    """A page in Windows-1252 that says so is read so; one that says nothing is recognised and noted."""
    declared = _only(_read(tmp_path, "a.html", pages.page(charset="windows-1252").encode("cp1252")))
    assert "è chiuso" in declared.text
    silent = pages.page().replace('<meta charset="utf-8">', "").encode("cp1252")
    assert _only(_read(tmp_path, "b.html", silent)).notes == ("encoding guessed: cp1252",)


def test_invisible_characters_are_removed_and_counted(tmp_path: Path) -> None:
    """Zero-width, direction and tag characters go, with a note; joiners that a script needs stay."""
    text = f"{pages.PARAGRAPHS[0]} Pon\u200bte \u202egira\u202c.\U000e0041\U000e0042 می\u200cخواهم 👩\u200d🚒."
    article = _only(_read(tmp_path, "a.txt", text))
    assert article.text.endswith("Ponte gira. می\u200cخواهم 👩\u200d🚒.")
    assert article.notes[0] == "5 invisible characters removed (zero-width 1, direction 2, tag 2)"


@pytest.mark.parametrize(
    "record",
    [
        {"title": "T", "maintext": "X", "date_publish": "2025-03-04 10:00:00", "source_domain": "faro.example"},
        {"title": "T", "text": "X", "date": "2025-03-04", "hostname": "faro.example", "author": None},
        {"@type": "NewsArticle", "headline": "T", "articleBody": "X", "datePublished": "2025-03-04T10:00:00Z",
         "publisher": {"@type": "Organization", "name": "faro.example"},
         "inLanguage": {"@type": "Language", "name": "it"}},
        {"headline": "T", "body_xhtml": "<p>X</p>", "versioncreated": "2025-03-04T10:00:00Z", "source": "faro.example"},
        {"headlines": [{"role": "main", "value": "T"}], "bodies": [{"role": "main", "value": "<p>X</p>"}],
         "infosources": [{"name": "faro.example"}], "contentcreated": "2025-03-04T10:00:00Z"},
    ],
    ids=["news-please", "trafilatura", "schema.org", "ninjs 1", "ninjs 2"],
)  # fmt: skip
def test_json_dialects(tmp_path: Path, record: dict[str, object]) -> None:
    """One article comes out the same under the field names of every tool."""
    written = json.dumps(record, ensure_ascii=False).replace("X", " ".join(pages.PARAGRAPHS))
    article = _only(_read(tmp_path, "a.json", written))
    assert article.text == "T\n\n" + " ".join(pages.PARAGRAPHS)
    assert (article.title, article.publisher, article.published_at) == ("T", "faro.example", dt.date(2025, 3, 4))


def test_json_lines_keep_their_numbers(tmp_path: Path) -> None:
    """Good lines become articles, bad ones failures, each under its line number."""
    good = json.dumps({"text": " ".join(pages.PARAGRAPHS)})
    summary = json.dumps({"title": "Breve", "summary": pages.PARAGRAPHS[1]})
    result = _read(tmp_path, "a.jsonl", "\n".join([good, "", "{broken", "[1]", '{"title": "x"}', summary]))
    assert [(Path(a.path).name, a.partial) for a in result.articles] == [("a.jsonl#1", False), ("a.jsonl#6", True)]
    assert [Path(f.path).name for f in result.failed] == ["a.jsonl#3", "a.jsonl#4", "a.jsonl#5"]


def test_tables(tmp_path: Path) -> None:
    """A table gives one article a row, by known or by named columns; without a text column it says what to do."""
    quoted = f'"{pages.PARAGRAPHS[0]}\n{pages.PARAGRAPHS[1]}"'
    rows = f"Titolo;Testo;Fonte;Data\nUno;{quoted};Il Faro;04/03/2025\nDue;;Eco;\n"
    result = _read(tmp_path, "a.csv", rows)
    (article,) = result.articles
    assert (article.title, article.publisher, article.published_at) == ("Uno", "Il Faro", dt.date(2025, 3, 4))
    assert [Path(f.path).name for f in result.failed] == ["a.csv#3"]
    named = _only(_read(tmp_path, "b.tsv", f"kop\tinhoud\nx\t{pages.PARAGRAPHS[0]}\n", columns={"text": "inhoud"}))
    assert named.text == pages.PARAGRAPHS[0]
    (failure,) = _read(tmp_path, "c.csv", "id,url\n1,https://x.example\n").failed
    assert "no column holds the text" in failure.reason


def test_pdf(tmp_path: Path) -> None:
    """A PDF gives its words: running heads go, hyphens at line ends are joined, a sentence goes on over the page."""
    sheets = [
        ["Il Faro", "Ponte chiuso per sei mesi", "Il ponte sul fiume resta chiuso da lunedi, ha detto", "il prefet-",
         "to Neri. I lavori dureranno", "1"],
        ["Il Faro", "sei mesi. Il sindaco non commenta.", "2"],
        ["Il Faro", "I pendolari protestano.", "3"],
    ]  # fmt: skip
    article = _only(_read(tmp_path, "a.pdf", pages.pdf(sheets)))
    quotes = [" ".join(article.quote(s.number).split()) for s in article.sentences]
    assert quotes == [
        "Ponte chiuso per sei mesi",
        "Il ponte sul fiume resta chiuso da lunedi, ha detto il prefetto Neri.",
        "I lavori dureranno sei mesi.",
        "Il sindaco non commenta.",
        "I pendolari protestano.",
    ]
    assert article.notes[0] == "6 running heads and page numbers removed"
    (failure,) = _read(tmp_path, "b.pdf", pages.pdf([[]])).failed
    assert "text recognition" in failure.reason


def test_word_document(tmp_path: Path) -> None:
    """Inserted words count, hidden, white and struck-out ones do not and are noted; a title style gives the title."""
    body = (
        f'<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>{pages.TITLE}</w:t></w:r></w:p>'
        f'<w:p><w:r><w:t xml:space="preserve">{pages.PARAGRAPHS[0]} </w:t></w:r>'
        "<w:ins><w:r><w:t>Davvero.</w:t></w:r></w:ins>"
        '<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>Bianco.</w:t></w:r>'
        '<w:r><w:rPr><w:color w:val="FFFFFF"/><w:shd w:fill="000000"/></w:rPr><w:t> Chiaro.</w:t></w:r>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>segreto</w:t></w:r><w:del><w:r><w:delText>tolto</w:delText></w:r></w:del></w:p>"
    )
    article = _only(_read(tmp_path, "a.docx", pages.docx(body)))
    assert article.text == f"{pages.TITLE}\n\n{pages.PARAGRAPHS[0]} Davvero. Chiaro."
    assert article.title == pages.TITLE
    assert article.notes[:2] == (
        "hidden text removed: 14 characters",
        "text struck out by tracked changes removed: 5 characters",
    )


def test_feeds(tmp_path: Path) -> None:
    """Entries with the whole text are articles, entries with a summary are partial ones."""
    rss = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Il Faro</title><language>it</language><item><title>Breve</title><link>https://ilfaro.example/1</link>"
        f"<description>&lt;p&gt;{pages.PARAGRAPHS[0]}&lt;/p&gt;</description>"
        "<pubDate>Tue, 04 Mar 2025 10:00:00 GMT</pubDate></item><item><title>Lungo</title>"
        f"<content:encoded><![CDATA[<p>{pages.PARAGRAPHS[1]}</p>]]></content:encoded></item></channel></rss>"
    )
    brief, full = _read(tmp_path, "a.rss", rss).articles
    assert (brief.text, brief.partial) == (f"Breve\n\n{pages.PARAGRAPHS[0]}", True)
    assert (brief.publisher, brief.published_at) == ("Il Faro", dt.date(2025, 3, 4))
    assert (full.text, full.partial) == (f"Lungo\n\n{pages.PARAGRAPHS[1]}", False)
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Eco</title><entry><title>Uno</title>'
        f'<link href="https://eco.example/1"/><content type="text">{pages.PARAGRAPHS[2]}</content></entry></feed>'
    )
    assert _only(_read(tmp_path, "b.atom", atom)).url == "https://eco.example/1"


def test_nitf(tmp_path: Path) -> None:
    """An agency's NITF story gives headline, paragraphs and date."""
    story = (
        '<nitf><head><docdata><date.issue norm="20250304T100000Z"/></docdata></head>'
        f"<body><body.head><hedline><hl1>{pages.TITLE}"
        "</hl1></hedline><distributor>Agenzia</distributor></body.head><body.content>"
        + "".join(f"<p>{text}</p>" for text in pages.PARAGRAPHS)
        + "</body.content></body></nitf>"
    )
    article = _only(_read(tmp_path, "a.xml", story))
    assert article.text == "\n\n".join((pages.TITLE, *pages.PARAGRAPHS))
    assert (article.publisher, article.published_at) == ("Agenzia", dt.date(2025, 3, 4))


def test_web_archive(tmp_path: Path) -> None:
    """Pages of an archive become articles under their address; a page without a story is a failed record."""
    archive = pages.warc({"https://www.ilfaro.example/x": pages.page(), "https://www.ilfaro.example/menu": "<p></p>"})
    result = _read(tmp_path, "a.warc.gz", archive)
    (article,) = result.articles
    assert (article.url, Path(article.path).name) == ("https://www.ilfaro.example/x", "a.warc.gz#1")
    assert [Path(f.path).name for f in result.failed] == ["a.warc.gz#2"]


def test_language_of_the_template_does_not_win(tmp_path: Path) -> None:
    """An Italian page whose template says English is Italian, with a note; the user's word is final."""
    english = pages.page().replace('lang="it-IT"', 'lang="en"')
    article = _only(_read(tmp_path, "a.html", english))
    assert (article.language, article.notes) == ("it", ("says that it is in en, reads as it",))
    (tmp_path / "a.meta.json").write_text('{"language": "en"}')
    assert read([tmp_path / "a.html"]).articles[0].language == "en"


def test_sidecars_win(tmp_path: Path) -> None:
    """A table of metadata and a file beside the article win over what the article says; orphans are failures."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.txt").write_text(f"Fonte: Altro\n\n{pages.PARAGRAPHS[0]}", encoding="utf-8")
    (tmp_path / "sub" / "b.html").write_text(pages.page(), encoding="utf-8")
    (tmp_path / "articles.csv").write_text(
        "path,publisher,published_at\na.txt,Il Faro,2025-03-01\nsub/b.html,Eco,2025-03-02\ngone.txt,x,\n"
    )
    (tmp_path / "sub" / "b.meta.json").write_text('{"publisher": "Eco della sera"}')
    (tmp_path / "lost.meta.json").write_text("{}")
    result = read([tmp_path])
    assert [(a.publisher, a.published_at) for a in result.articles] == [
        ("Il Faro", dt.date(2025, 3, 1)),
        ("Eco della sera", dt.date(2025, 3, 2)),
    ]
    assert [Path(f.path).name for f in result.skipped] == ["articles.csv", "b.meta.json"]
    assert [Path(f.path).name for f in result.failed] == ["articles.csv#4", "lost.meta.json"]
