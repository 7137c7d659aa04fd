"""Released prompts and the fence."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factcheck.errors import PromptError
from factcheck.prompts import CURRENT, fence, load, parse
from factcheck.stages.extraction.wire import WireExtraction
from factcheck.stages.judging.confirmation import stands_in
from factcheck.stages.judging.lines import from_ranges
from factcheck.stages.judging.wire import WireConfirmations, WireJudgements, read_rows


@pytest.mark.parametrize("task", sorted(CURRENT))
def test_current_prompts_load(task: str) -> None:
    """Every prompt in use is there, names itself, and is long enough for providers to cache its prefix."""
    prompt = load(task)
    assert prompt.id == f"{task}/v{CURRENT[task]}"
    assert len(prompt.text.encode()) / 3.5 > 1024


def test_comments_are_not_sent() -> None:
    """The reasons written beside the rules cost no token and do not change the fingerprint."""
    source = "---\ntask: a\nversion: 1\n---\nDo it.\n"
    commented = source + "<!-- because\nof this -->\n"
    assert parse(commented, "a") == parse(source, "a")
    assert "<!--" not in load("extract_claims").text


def test_a_changed_word_changes_the_fingerprint() -> None:
    """Cached answers and cassettes of another wording are not taken for this one's."""
    header = "---\ntask: a\nversion: 1\n---\n"
    assert parse(header + "Do it.", "a").fingerprint != parse(header + "Do that.", "a").fingerprint


@pytest.mark.parametrize(
    "source",
    ["Do it.", "---\ntask: a\n---\nDo it.", "---\ntask: a\nversion: 1\n---\n", "---\ntask: a\nversion: x\n---\nx"],
)
def test_malformed_prompt_is_named(source: str) -> None:
    """A prompt file without header, version or body is refused by name."""
    with pytest.raises(PromptError, match=r"a/v1\.md"):
        parse(source, "a/v1.md")


def test_missing_prompt() -> None:
    """A version that does not exist says what to do."""
    with pytest.raises(PromptError, match="reinstall"):
        load("extract_claims", 999)


def test_examples_of_the_extraction_prompt_fit_the_schema() -> None:
    """What the prompt shows as an answer is an answer that we would accept."""
    examples = re.findall(r"^\{\"passages\".*\}$", load("extract_claims").text, re.MULTILINE)
    parsed = [WireExtraction.model_validate_json(e) for e in examples if "..." not in e]
    assert len(parsed) == 2
    assert all(answer.groups for answer in parsed)


def test_examples_of_the_judging_prompt_answer_what_they_ask() -> None:
    """The worked example names pairs and answers exactly those."""
    text = load("judge_pairs").text
    named = re.search(r"^Pairs: (.*)$", text, re.MULTILINE)
    assert named is not None
    asked = {
        (int(row), int(other))
        for part in named[1].split("/")
        for row, rest in [part.split(":")]
        for other in from_ranges(rest)
    }
    answer = WireJudgements.model_validate_json(text[text.rindex('{"rows"') :])
    assert set(read_rows(answer.rows, asked)) == asked


def test_examples_of_the_confirmation_prompt_fit_the_schema() -> None:
    """The worked example answers each pair that it names, with words that stand in its own claims and sentences."""
    text = load("confirm_conflict").text
    shown, _, answered = text[text.index("# Example") :].rpartition("\n")
    answers = WireConfirmations.model_validate_json(answered).pairs
    assert [int(n) for n in re.findall(r"(\d+): A = claim", shown)] == [answer.p for answer in answers] == [1, 2, 3]
    assert all((a.r == "contradicts") == (a.aw is not None and a.q is not None) for a in answers)
    assert all(stands_in(words, shown) for a in answers for words in (a.aw, a.bw) if words)


@given(st.text())
def test_no_text_can_hold_its_own_mark(text: str) -> None:
    """The mark stands at both ends of the fence and nowhere between, and the same text has the same mark."""
    fenced = fence(text)
    mark = fenced.split("\n", 1)[0].removeprefix("<<<")
    assert fenced == f"<<<{mark}\n{text}\n{mark}>>>"
    assert mark not in text
    assert fenced == fence(text)
