"""Asks for the gists of the labelled stories and records them; answers nothing itself.

Run as `python -m tests.quality.pairs.record [CASSETTE]` with `OPENAI_API_KEY` and, for another endpoint,
`OPENAI_BASE_URL` in the environment (`FACTCHECK_MODEL` names the model). The default is the cassette that the quality
test replays; move an old one away first, for an existing cassette is replayed, not recorded.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from factcheck import __version__
from factcheck.llm.base import ModelTask
from factcheck.llm.cassette import CassetteHeader, cassette, read_header
from factcheck.llm.client import Client
from factcheck.llm.memory import MemoryStore
from factcheck.prompts import load as load_prompt
from factcheck.settings import ModelSettings, load_settings
from factcheck.stages.blocking.gists import batches, needed, stored, write
from tests.quality.pairs.labelled import LabelledStory, load

TAPE = Path(__file__).resolve().parents[3] / "cassettes" / "quality" / "gists.yaml"
NOTE = "gists of the labelled stories in tests/quality/pairs; who answered stands in cassettes/README.md"


async def gists_of(stories: tuple[LabelledStory, ...], client: Client, model: str) -> dict[str, dict[str, str]]:
    """Story -> claim id -> gist, all requests at once; claims that got none are missing."""
    task, store = ModelTask(load_prompt("gist_claims"), model), MemoryStore()
    asked = {story.name: needed(story.subjects()) for story in stories}
    requests = [batch for claims in asked.values() for batch in batches(claims, {})]
    await asyncio.gather(*(write(batch, client, store, task) for batch in requests))
    return {name: stored(claims, store, task) for name, claims in asked.items()}


def recorded(tape: Path) -> dict[str, dict[str, str]]:
    """The gists, from the cassette when it exists, else asked for and recorded."""
    settings = load_settings({}, Path.cwd(), os.environ).model
    if tape.exists():
        settings = ModelSettings(model=read_header(tape).model)
    prompt = load_prompt("gist_claims")
    header = CassetteHeader(
        version=__version__,
        model=settings.model,
        confirm_model=settings.model,
        prompts={prompt.id: prompt.fingerprint},
        settings={},
        note=NOTE,
    )

    async def asked() -> dict[str, dict[str, str]]:
        async with Client(settings) as client:
            return await gists_of(load(), client, settings.model)

    with cassette(tape, header):
        return asyncio.run(asked())


if __name__ == "__main__":
    for name, gists in recorded(Path(sys.argv[1]) if sys.argv[1:] else TAPE).items():
        print(f"{name}: {len(gists)} gists")
