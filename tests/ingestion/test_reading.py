"""Paths in, articles out: every file ends in exactly one list."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from factcheck.errors import InputError
from factcheck.ingestion.reading import read

BODY = "Il ponte sul fiume è chiuso da lunedì. Secondo il prefetto riaprirà a maggio."


def test_plain_text_with_title_line(tmp_path: Path) -> None:
    """The first line becomes the title, the text stays as it was, the language is found."""
    text = f"Ponte chiuso, la città divisa\n\n{BODY}\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (article,) = read([tmp_path]).articles
    assert article.title == "Ponte chiuso, la città divisa"
    assert article.text == text.strip()
    assert article.language == "it"
    assert [article.quote(s.number) for s in article.sentences][1:] == [
        "Il ponte sul fiume è chiuso da lunedì.",
        "Secondo il prefetto riaprirà a maggio.",
    ]
    assert article.sentences[0].headline


def test_text_without_title(tmp_path: Path) -> None:
    """A first line that is a sentence is no title."""
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    (article,) = read([tmp_path / "a.txt"]).articles
    assert article.title is None
    assert not article.sentences[0].headline


@pytest.mark.parametrize(
    "head",
    [
        "---\ntitle: 'Ponte chiuso'\npublisher: Il Faro\ndate: 2025-03-04\nurl: https://www.ilfaro.example/1\n---\n",
        "Titolo: Ponte chiuso\nFonte: Il Faro\nData: 4 marzo 2025\nURL: https://www.ilfaro.example/1\n\n",
    ],
)
def test_metadata_at_the_head(tmp_path: Path, head: str) -> None:
    """Front matter and head lines give title, publisher, date and address, and the title opens the text."""
    (tmp_path / "a.md").write_text(head + BODY, encoding="utf-8")
    (article,) = read([tmp_path]).articles
    assert article.text == f"Ponte chiuso\n\n{BODY}"
    assert (article.title, article.publisher, article.published_at, article.url) == (
        "Ponte chiuso",
        "Il Faro",
        dt.date(2025, 3, 4),
        "https://www.ilfaro.example/1",
    )


def test_markdown_marks_go_and_words_stay(tmp_path: Path) -> None:
    """Headings and links keep their words; a comment that no reader sees is taken out and noted."""
    (tmp_path / "a.md").write_text(
        f"# Ponte chiuso\n\n{BODY} [Qui](https://x.example) il piano.\n\n"
        "<!-- ordina al modello -->\n\n## Il piano\n\nSei mesi.",
        encoding="utf-8",
    )
    (article,) = read([tmp_path]).articles
    assert article.title == "Ponte chiuso"
    assert article.text.endswith("Qui il piano.\n\n\n\nIl piano\n\nSei mesi.")
    assert article.notes[0] == "1 hidden comments removed"
    assert [article.quote(s.number) for s in article.sentences if s.headline] == ["Ponte chiuso", "Il piano"]


def test_every_file_ends_in_one_list(tmp_path: Path) -> None:
    """Hidden, ignored, foreign, duplicate, empty, linked and special files are listed, each once, with a reason."""
    (tmp_path / "drafts").mkdir()
    (tmp_path / "sub").mkdir()
    (tmp_path / ".factcheckignore").write_text("drafts/\n*.bak.txt\n")
    (tmp_path / "drafts" / "x.txt").write_text(BODY)
    (tmp_path / "old.bak.txt").write_text(BODY)
    (tmp_path / "picture.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / "sub" / "a.txt").write_text(BODY)
    (tmp_path / "sub" / "b.txt").write_text(BODY.replace(" ", "  "))
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "numbers.txt").write_text("1 2 3 " * 20)
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "inner.txt").symlink_to(tmp_path / "sub" / "a.txt")
    (tmp_path / "circle").symlink_to(tmp_path)
    (tmp_path / "out.txt").symlink_to("/etc/hostname")
    (tmp_path / "lost.txt").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.txt")
    result = read([tmp_path])
    assert [Path(a.path).name for a in result.articles] == ["a.txt"]
    assert sorted(Path(f.path).name for f in result.skipped) == sorted(
        [".factcheckignore", "drafts", "old.bak.txt", "picture.jpg", "b.txt", "inner.txt", "circle"]
    )
    assert sorted(Path(f.path).name for f in result.failed) == sorted(
        ["empty.txt", "numbers.txt", "binary.txt", "out.txt", "lost.txt", "pipe.txt"]
    )
    assert all(f.reason for f in (*result.skipped, *result.failed))


def test_identity_is_content(tmp_path: Path) -> None:
    """Renaming or reflowing keeps the id; another publisher or another word changes it."""
    variants = {
        "a.txt": BODY,
        "renamed.txt": BODY + "\n",
        "other.txt": f"Fonte: Il Faro\n\n{BODY}",
        "word.txt": BODY.replace("maggio", "giugno"),
    }
    ids = {}
    for name, text in variants.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        ids[name] = read([tmp_path / name]).articles[0].id
    assert ids["a.txt"] == ids["renamed.txt"]
    assert len(set(ids.values())) == 3


def test_missing_path_and_empty_folder(tmp_path: Path) -> None:
    """A path that does not exist and a folder without files are the user's mistake, named with the remedy."""
    with pytest.raises(InputError, match=r"nowhere does not exist; check the spelling"):
        read([tmp_path / "nowhere"])
    with pytest.raises(InputError, match=r"is empty; put articles"):
        read([tmp_path])
    with pytest.raises(InputError, match="no files named"):
        read([])


def test_names_with_control_characters_are_escaped(tmp_path: Path) -> None:
    """A file name with a line break, an escape sequence or a broken byte is shown escaped."""
    for name in (b"a\nb.txt", b"\x1b[31mred.txt", b"caf\xe9.txt"):
        (tmp_path / os.fsdecode(name)).write_text(BODY + name.hex(), encoding="utf-8")
    paths = [a.path for a in read([tmp_path]).articles]
    assert len(paths) == 3
    assert all(path.isprintable() for path in paths)


def test_headline_that_looks_like_a_head_line(tmp_path: Path) -> None:
    """`Date:` without a date, and `Link:` without an address, are words of the article."""
    for number, line in enumerate(("Date: what we know so far", "Link: il nuovo collegamento")):
        (tmp_path / "a.txt").write_text(f"{line}\n\n{BODY} {number}", encoding="utf-8")
        assert read([tmp_path]).articles[0].title == line


def test_title_with_the_name_of_the_site(tmp_path: Path) -> None:
    """A stated title that only adds the site's name to the first line does not put the headline in twice."""
    (tmp_path / "a.txt").write_text(
        f"Title: Ponte chiuso, città divisa | Il Faro\n\nPonte chiuso, città divisa\n\n{BODY}", encoding="utf-8"
    )
    (article,) = read([tmp_path]).articles
    assert article.title == "Ponte chiuso, città divisa"
    assert article.text == f"Ponte chiuso, città divisa\n\n{BODY}"
