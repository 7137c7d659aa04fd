"""Folders of stories that the newsroom can read: as many articles as wanted, a story a folder or all in one."""

from __future__ import annotations

import random
from functools import lru_cache
from pathlib import Path

PLACES = "Eastley Norrfell Castelmora Tarnmouth Eskerby Sund Lesk Halden Akdere Brenholt Quarrel Torrow"
KINDS = "fire flood crash quake storm blast avalanche collapse"
OUTLETS = "Herald Gazette Radio Wire Echo Post Courier Tribune Journal Mail"
SYLLABLES = "ba co du fe gi ho ka le mi no pa ru se ti va"


def article(story: int, number: int, sentences: int = 12) -> str:
    """Text of one article with its head; the first sentence holds the toll, every third outlet another one."""
    rng = random.Random(story * 1000 + number)
    outlet = OUTLETS.split()[number % 10]
    toll = 16 if number % 3 == 2 else 12
    first = f"{toll} people died in the {event(story)}, the {outlet} reports."
    words = vocabulary(story)
    rest = [" ".join(rng.choices(words, k=14)).capitalize() + "." for _ in range(sentences - 1)]
    head = f"Publisher: {outlet}\nDate: 2026-03-{1 + story % 28:02}\n\n"
    return head + " ".join([first, *rest]) + "\n"


def event(story: int) -> str:
    """Place and kind of a story; no two stories have the same."""
    places, kinds = PLACES.split(), KINDS.split()
    letters = "".join(chr(ord("a") + int(digit)) for digit in str(story))
    return f"{places[story % len(places)]}-{letters.capitalize()} {kinds[story // len(places) % len(kinds)]}"


@lru_cache(maxsize=4096)
def vocabulary(story: int) -> tuple[str, ...]:
    """Words of a story, few of which other stories share."""
    rng = random.Random(story)
    return tuple("".join(rng.choices(SYLLABLES.split(), k=rng.randint(2, 4))) for _ in range(60))


def write(root: Path, articles: int, per_story: int = 10, *, flat: bool = False) -> int:
    """Write so many articles below `root`; the number of stories."""
    for index in range(articles):
        story, number = divmod(index, per_story)
        folder = root if flat else root / f"story-{story:05}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{story:05}-{number:02}.txt").write_text(article(story, number), encoding="utf-8")
    return -(-articles // per_story)
