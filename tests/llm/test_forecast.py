"""What is told of the price before it is paid."""

from __future__ import annotations

import pytest

from factcheck.llm.forecast import estimate_line

WORDS = ("You read news.", "12 people died. ")


@pytest.mark.parametrize(
    ("copies", "words"),
    [
        (1, "next: 1 request, about 10 tokens in and 5 out, less than $0.01"),
        (20_000, "about $0.09 or less"),
    ],
)
def test_a_price_is_never_told_as_nothing(copies: int, words: str) -> None:
    """Less than a cent is said to be that, and not rounded to none at all."""
    system, user = WORDS
    line = estimate_line("gpt-5.4-mini", [(system, user * copies)], 5)
    assert words in line, line
    assert "$0.00" not in line


def test_a_price_that_is_not_known_is_said() -> None:
    """Tokens alone, with the model's name."""
    assert estimate_line("mine", [WORDS], 5).endswith("out, the price of mine is not known")
