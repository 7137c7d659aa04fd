"""Alike by embedding: vectors of the user's own model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from factcheck.stages.blocking.base import Known
from factcheck.stages.blocking.rules import NEAREST_EMBEDDING
from factcheck.stages.blocking.subjects import Subject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class ByEmbedding:
    """Only when the user names an embedding model; a claim without a vector is found by the other blockers alone."""

    rule = NEAREST_EMBEDDING

    def vectors(self, subjects: Sequence[Subject], known: Known) -> NDArray[np.float32] | None:
        """The vectors, at length 1."""
        import numpy as np

        if not known.embeddings:
            return None
        width = len(next(iter(known.embeddings.values())))
        rows = np.zeros((len(subjects), width), np.float32)
        for place, subject in enumerate(subjects):
            vector = known.embeddings.get(subject.id, ())
            if len(vector) == width:  # another length is of a model that was changed under the same name
                rows[place] = vector
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths > 0, lengths, 1)
        return rows
