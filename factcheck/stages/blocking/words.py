"""Alike by words: the text's character n-grams, with its names and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.features import lexical
from factcheck.stages.blocking.rules import NEAREST_WORDS
from factcheck.stages.blocking.subjects import Subject

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class ByWords:
    """Always there; finds nothing between languages but names, numbers and words of one root."""

    rule = NEAREST_WORDS

    def vectors(self, subjects: Sequence[Subject], known: Known) -> csr_matrix:  # noqa: ARG002
        """The n-grams and keys of each claim."""
        return lexical([subject.text for subject in subjects], [subject.keys for subject in subjects])
