"""The blockers, in the order in which their rules are counted; the one line to add for a new one."""

from __future__ import annotations

from factcheck.stages.blocking.base import Blocker
from factcheck.stages.blocking.embedding import ByEmbedding
from factcheck.stages.blocking.gist_words import ByGist
from factcheck.stages.blocking.words import ByWords

BLOCKERS: tuple[Blocker, ...] = (ByWords(), ByGist(), ByEmbedding())
