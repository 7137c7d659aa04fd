"""One story: which stage gets what, and what becomes of its failures; touches no file and no clock."""

from factcheck.pipeline.apart import check_story
from factcheck.pipeline.extracting import extract_all
from factcheck.pipeline.means import Input, Means, Progress, Unwatched
from factcheck.pipeline.story import check

__all__ = ["Input", "Means", "Progress", "Unwatched", "check", "check_story", "extract_all"]
