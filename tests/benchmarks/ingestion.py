"""How long a folder of mixed files takes to become articles, and how much memory; prints one line per folder size.

Run as `python -m tests.benchmarks.ingestion [COUNT ...]` (default 1000); each size runs in a process of its own.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from factcheck.ingestion.reading import iter_articles
from factcheck.models import Article
from tests.ingestion import pages

MIX = (".txt",) * 8 + (".html",) * 6 + (".md",) * 2 + (".json",) * 2 + (".pdf", ".docx")
_WORDS = (
    "il la di che ponte fiume sindaco regione prefetto lavori mesi milioni euro città strada governo ministro secondo "
    "dopo prima contro senza sempre oggi ieri lunedì acqua scuola ospedale treno accordo legge voto partito guerra pace"
)
WORDS = _WORDS.split()


def _paragraphs(rng: random.Random) -> list[str]:
    def sentence() -> str:
        return " ".join(rng.choices(WORDS, k=rng.randint(8, 24))).capitalize() + "."

    return [" ".join(sentence() for _ in range(rng.randint(2, 5))) for _ in range(rng.randint(8, 14))]


def _page(title: str, paragraphs: list[str]) -> str:
    menu = "".join(f'<li class="m"><a href="/{n}">{w}</a></li>' for n, w in enumerate(WORDS * 8))
    teasers = "".join(
        f'<div class="t"><a href="/{n}"><img src="x.jpg"><span>{w}</span></a></div>' for n, w in enumerate(WORDS * 6)
    )
    script = "<script>" + "var a = {b: [1, 2, 3]};" * 1_000 + "</script>"
    data = {"@type": "NewsArticle", "headline": title, "datePublished": "2025-03-04", "author": {"name": "Ada Verdi"}}
    script += f'<script type="application/ld+json">{json.dumps(data)}</script>'
    story = "".join(f"<p>{text}</p>" for text in paragraphs)
    return (
        f'<html lang="it"><head><title>{title}</title><meta property="og:site_name" content="Il Faro">{script}</head>'
        f"<body><nav><ul>{menu}</ul></nav><article><h1>{title}</h1>{story}</article><aside>{teasers}</aside></body></html>"
    )


def write_folder(folder: Path, count: int) -> int:
    """Write `count` files of mixed formats, 600 words each on average; returns their bytes."""
    rng = random.Random(1)
    written = 0
    for number in range(count):
        suffix = MIX[number % len(MIX)]
        title, texts = f"Notizia numero {number}", _paragraphs(rng)
        if suffix == ".html":
            data = _page(title, texts).encode()
        elif suffix == ".json":
            data = json.dumps({"title": title, "maintext": "\n".join(texts)}).encode()
        elif suffix == ".pdf":
            lines = [title, *(line for text in texts for line in text.split(". "))]
            data = pages.pdf([[line.encode("ascii", "replace").decode() for line in lines]])
        elif suffix == ".docx":
            data = pages.docx("".join(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>" for text in (title, *texts)))
        else:
            data = "\n\n".join((title, *texts)).encode("cp1252" if number % 40 == 0 else "utf-8")
        (folder / f"{number:06}{suffix}").write_bytes(data)
        written += len(data)
    return written


def _children_memory() -> int:
    """Resident megabytes of all child processes now (Linux)."""
    total = 0
    pids = " ".join(path.read_text() for path in Path("/proc/self/task").glob("*/children"))
    for pid in pids.split():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total // 1024


def measure(count: int) -> None:
    """Read one folder of `count` files and print time and memory of this process and of its child."""
    with tempfile.TemporaryDirectory() as name:
        written = write_folder(Path(name), count)
        start = time.monotonic()
        read = peak = 0
        for number, found in enumerate(iter_articles([Path(name)])):
            read += isinstance(found, Article)
            if number % 50 == 49:
                peak = max(peak, _children_memory())
        seconds = time.monotonic() - start
    own = resource.getrusage(resource.RUSAGE_SELF)
    child = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = own.ru_utime + own.ru_stime + child.ru_utime + child.ru_stime
    print(
        f"{count} files ({written / 1e6:.1f} MB), {read} articles: {seconds:.1f} s, CPU {cpu:.1f} s with writing them, "
        f"peak memory {own.ru_maxrss // 1024} MB + {peak} MB in the parser processes"
    )


def main() -> None:
    """One process per size, so that peaks do not mix."""
    if sys.argv[1:2] == ["--one"]:
        measure(int(sys.argv[2]))
        return
    for count in [int(argument) for argument in sys.argv[1:]] or [1_000]:
        subprocess.run([sys.executable, "-m", "tests.benchmarks.ingestion", "--one", str(count)], check=True)


if __name__ == "__main__":
    main()
