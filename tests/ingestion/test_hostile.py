"""Hostile and broken files neither crash, hang nor disappear."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from factcheck.ingestion.cleaning import clean
from factcheck.ingestion.limits import Limits
from factcheck.ingestion.reading import read
from factcheck.ingestion.registry import FORMATS
from tests.ingestion import pages

ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><rss><channel><item><description>&b;</description></item>'
)
HOSTILE: dict[str, tuple[bytes, str]] = {
    "line.txt": (b"parola " * 1_500_000, "more than one article"),
    "line.md": (b"<!--" * 70_000, "hardly any letters"),
    "spaces.md": (b"# " + b" " * 290_000 + b"x", "hardly any letters"),
    "brackets.md": (b"[" * 290_000 + b"a", "hardly any letters"),
    "deep.html": (b"<div>" * 100_000 + b"testo", "nested more than"),
    "empty.html": (b"<html><body></body></html>", "no article text"),
    "deep.json": (b"[" * 200_000, "JSON"),
    "null.json": (b"null", "without an article"),
    "bomb.xml": (ENTITIES.encode(), "XML entities"),
    "other.xml": (b"<svg></svg>", "not known"),
    "broken.docx": (b"PK\x03\x04 no zip", "not a sound Word document"),
    "sheet.docx": (pages.zipped({"xl/workbook.xml": "<x/>"}), "not a Word document"),
    "bomb.docx": (pages.zipped({"word/document.xml": " " * 101_000_000}), "unpacks to more than"),
    "page.txt": (pages.page().encode(), "rename it to .html"),
    "named.html": (b"%PDF-1.7", "rename it to .pdf"),
    "broken.pdf": (b"%PDF-1.7\n1 0 obj", "not a sound PDF"),
    "broken.warc": (b"WARC/1.0\r\nnothing", "web archive"),
    "old.docx": (b"\xd0\xcf\x11\xe0" + bytes(100), "old Office document"),
}


def test_hostile_files_are_listed_with_a_remedy(tmp_path: Path) -> None:
    """Every one of them is a failure with its reason, within seconds, and the sound file among them is read."""
    for name, (data, _) in HOSTILE.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "sound.txt").write_text(pages.PARAGRAPHS[0], encoding="utf-8")
    start = time.monotonic()
    result = read([tmp_path])
    assert time.monotonic() - start < 30
    assert [Path(a.path).name for a in result.articles] == ["sound.txt"]
    reasons = {Path(f.path).name.split("#")[0]: f.reason for f in result.failed}
    assert set(reasons) == set(HOSTILE)
    for name, (_, words) in HOSTILE.items():
        assert words in reasons[name], name


def test_a_parser_that_hangs_is_stopped(tmp_path: Path) -> None:
    """A page that takes too long fails by its time limit, and the next page is read by a new process."""
    slow = "<html><body><div " + " ".join(f"a{n}='x'" for n in range(120_000)) + ">x</div></body></html>"
    (tmp_path / "a.html").write_text(slow)
    (tmp_path / "b.html").write_text(pages.page(), encoding="utf-8")
    result = read([tmp_path], Limits(seconds_per_file=6))
    assert [Path(a.path).name for a in result.articles] == ["b.html"]
    (failure,) = result.failed
    assert "took longer than 6 s" in failure.reason


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null"])
def test_devices_are_not_read(path: str) -> None:
    """A device named by the user is a failure, not an endless read."""
    (failure,) = read([Path(path)]).failed
    assert "not a regular file" in failure.reason


def test_too_many_bytes_are_refused(tmp_path: Path) -> None:
    """A file above the limit is refused without being read whole."""
    (tmp_path / "a.txt").write_text(pages.PARAGRAPHS[0] * 100, encoding="utf-8")
    (failure,) = read([tmp_path], Limits(file_bytes=1_000)).failed
    assert "larger than 1,000 bytes" in failure.reason


ODF = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
SOUND = {
    ".txt": " ".join(pages.PARAGRAPHS).encode(),
    ".md": ("# T\n\n" + "\n\n".join(pages.PARAGRAPHS)).encode(),
    ".html": pages.page().encode(),
    ".json": b'{"text": "%s"}' % pages.PARAGRAPHS[1].encode(),
    ".jsonl": b'{"text": "%s"}' % pages.PARAGRAPHS[1].encode(),
    ".csv": b"text,title\n%s,T\n" % pages.PARAGRAPHS[1].encode(),
    ".pdf": pages.pdf([["Il ponte resta chiuso da lunedi, ha detto il prefetto."]]),
    ".docx": pages.docx(f"<w:p><w:r><w:t>{pages.PARAGRAPHS[0]}</w:t></w:r></w:p>"),
    ".rtf": rb"{\rtf1\ansi\pard Il ponte \'e8 chiuso, ha detto il prefetto ai giornali della citt\'e0.\par}",
    ".odt": pages.zipped({"content.xml": f"<o xmlns:text='{ODF}'><text:p>{pages.PARAGRAPHS[0]}</text:p></o>"}),
    ".mht": b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + pages.page().encode(),
    ".eml": b"Subject: T\r\nFrom: A <a@b.example>\r\n\r\n" + pages.PARAGRAPHS[1].encode(),
    ".rss": f"<rss><channel><item><description>{pages.PARAGRAPHS[0]}</description></item></channel></rss>".encode(),
    ".warc": pages.warc({"https://x.example": pages.page()}),
}


@st.composite
def _damaged(draw: st.DrawFn) -> tuple[str, bytes]:
    suffix = draw(st.sampled_from(sorted(SOUND)))
    data = draw(st.just(SOUND[suffix]) | st.binary(max_size=200))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(data)))
        data = data[:at] + draw(st.binary(max_size=20)) + data[at + draw(st.integers(0, 40)) :]
    return suffix, data


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(files=st.lists(_damaged(), min_size=10, max_size=30))
def test_any_bytes_end_in_a_list(tmp_path_factory: pytest.TempPathFactory, files: list[tuple[str, bytes]]) -> None:
    """Whatever the bytes and the suffix, reading does not raise, each file is accounted for, and offsets hold."""
    folder = tmp_path_factory.mktemp("fuzz")
    names = set()
    for number, (suffix, data) in enumerate(files):
        name = f"{number:03}{suffix}"
        (folder / name).write_bytes(data)
        names.add(name)
    result = read([folder])
    paths = [article.path for article in result.articles] + [file.path for file in (*result.skipped, *result.failed)]
    assert len(set(paths)) == len(paths)
    assert {Path(path).name.split("#")[0] for path in paths} == names
    for article in result.articles:
        words = "".join(article.quote(s.number) for s in article.sentences)
        assert "".join(words.split()) == "".join(article.text.split())


@given(
    st.text(
        alphabet=st.characters() | st.sampled_from("\u200b\u200d\u202e\ufe0f\u00ad\ud800\U000e0041a👩"), max_size=60
    )
)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    """Cleaning is idempotent, so that an article read from our own output keeps its id."""
    once, _ = clean(text)
    assert clean(once) == (once, ())


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(order=st.permutations(range(5)))
def test_names_and_order_do_not_matter(tmp_path_factory: pytest.TempPathFactory, order: list[int]) -> None:
    """The same articles under other names, in another order, have the same ids."""
    ids = []
    for names in (range(5), order):
        folder = tmp_path_factory.mktemp("order")
        for name, number in zip(names, range(5), strict=True):
            text = f"{pages.PARAGRAPHS[0]} Sono passati {number} giorni."
            (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        ids.append({article.text: article.id for article in read([folder]).articles})
    assert ids[0] == ids[1]
    assert len(set(ids[0].values())) == 5


def test_every_format_is_fuzzed() -> None:
    """A format that is added joins the fuzz test."""
    assert {type(FORMATS[suffix]) for suffix in SOUND} == {type(plug) for plug in FORMATS.values()}
