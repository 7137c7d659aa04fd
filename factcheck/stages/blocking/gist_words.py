"""Alike by gist: the words of the claims' English sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from factcheck.claim_types.base import number_keys
from factcheck.claim_types.names import find_names
from factcheck.claim_types.numbers import find_numbers
from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.features import lexical
from factcheck.stages.blocking.gists import GIST_LANGUAGE, own_gist
from factcheck.stages.blocking.rules import NEAREST_GIST
from factcheck.stages.blocking.subjects import Subject

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


class ByGist:
    """Across languages; a claim whose gist is not known is found by the other blockers alone."""

    rule = NEAREST_GIST

    def vectors(self, subjects: Sequence[Subject], known: Known) -> csr_matrix | None:
        """The n-grams and keys of each claim's gist; None when no gist was asked for."""
        if not known.gists:
            return None
        gists = [own_gist(subject) or known.gists.get(subject.id, "") for subject in subjects]
        return lexical(gists, [gist_keys(gist) for gist in gists])


def gist_keys(gist: str) -> frozenset[str]:
    """Names and numbers of a gist."""
    names = {f"name:{name}" for name in find_names(gist, GIST_LANGUAGE)}
    return frozenset(names.union(*(number_keys(mention) for mention in find_numbers(gist, GIST_LANGUAGE))))
