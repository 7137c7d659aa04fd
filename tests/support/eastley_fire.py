"""Three articles on one fire, and the newsroom over HTTP that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.llm_server import Reply, answer
from tests.support.newsroom import newsroom

ARTICLES = {
    "herald.txt": "Publisher: Herald\n\nIn the Eastley harbour fire on Friday 12 people died, the brigade said.\n",
    "gazette.txt": "Publisher: Gazette\n\nIn the Eastley harbour fire on Friday 16 people lost their lives there.\n",
    "radio.txt": "Publisher: Radio\n\nThe Eastley harbour fire cost 12 lives on Friday, our reporter learned.\n",
}
TOKENS = (4000, 50)
"""Plausible counts: an endpoint that counts far fewer prompt tokens than were sent is taken to have cut the prompt."""


def write_articles(folder: Path) -> Path:
    """The articles as files in `folder`, which is made when it is not there."""
    folder.mkdir(exist_ok=True)
    for name, text in ARTICLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def reader(body: dict[str, Any]) -> Reply:
    """The newsroom over HTTP."""
    system, user = (message["content"] for message in body["messages"])
    return answer(newsroom(system, user), usage=TOKENS)
