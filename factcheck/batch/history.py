"""What earlier checks left of the stories: what in a story is old news, and what is told of one that is not through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from factcheck.batch import filing, fingerprints
from factcheck.batch.kept import Baseline, Kept, packed, together
from factcheck.batch.news import renewed
from factcheck.batch.packed_rows import pack
from factcheck.batch.planning import Story
from factcheck.batch.rows import UNFINISHED, standing, waiting_row
from factcheck.batch.spool import Spool
from factcheck.errors import InputError
from factcheck.findings import Usage
from factcheck.index import GroupBy, StoryRow
from factcheck.models import Failure


def retold(row: StoryRow, story: Story) -> StoryRow:
    """The row of a story that is through, which says as of now why its articles are one; another one as it is."""
    through = row.status in ("done", "incomplete") and row.articles == story.articles
    return row.model_copy(update={"title": story.title, "reason": story.reason}) if through else row


def to_be_one(rows: Mapping[str, StoryRow], absorbed: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """Of rows that still stand beside the story that they are to be part of, the titles of its other parts.

    `absorbed` names the earlier stories that are in a story now, by its key.
    """
    beside = dict[str, tuple[str, ...]]()
    for key, others in absorbed.items():
        title = {each: rows[each].title for each in (key, *others) if each in rows}
        beside |= {each: tuple(title[other] for other in title if other != each) for each in title}
    return beside


def no_more(spool: Spool, there: Collection[str], rows: Mapping[str, StoryRow], group_by: GroupBy) -> dict[str, Kept]:
    """What is left of stories that are neither `there` nor in the index, by key; it may be dropped.

    Not of one with a file that cannot be read now; nor of one that goes on in a story which waits or failed, as when
    its folder was renamed: it holds articles of which no story that is through has told. By event stories are joined by
    their keys.
    """
    keys = set(spool.story_keys())
    left = {key: spool.story(key) for key in sorted(keys - set(there) - set(rows))}
    if not left:
        return {}
    through = [key for key in keys & rows.keys() if rows[key].status in ("done", "incomplete")]
    told = {id_ for key in through for id_, _ in spool.story(key).members}
    missing = {key: [m for m in kept.members if m[0] not in told and not spool.has(m[0])] for key, kept in left.items()}
    known = {key: kept for key, kept in left.items() if not not_read(missing[key], spool.unread)}
    if not any(row.status in ("waiting", "failed") for row in rows.values()):
        return known
    by_event = {key for key, kept in known.items() if kept.row.group_by == group_by == "event"}
    return {
        key: kept
        for key, kept in known.items()
        if key in by_event or not any(spool.has(id_) and id_ not in told for id_, _ in kept.members)
    }


def not_read(missing: Sequence[tuple[str, str]], unread: Callable[[str, int], bool]) -> tuple[tuple[str, str], ...]:
    """Of articles (id, path) that are not there, those that may be in what of their files cannot be read now."""
    of_file = Counter(path for _, path in missing)
    closed = {path for path, articles in of_file.items() if unread(path, articles)}
    return tuple(member for member in missing if member[1] in closed)


def removed(spool: Spool, lost: Iterable[Kept]) -> tuple[str, ...]:
    """Titles of those that have no article left.

    One that is part of another story now goes without a word, once that one is through; until then it has a row.
    """
    return tuple(kept.row.title for kept in lost if not any(spool.has(id_) for id_, _ in kept.members))


class History:
    """Of the stories of one batch, seen from the pass `pass_id`.

    `kept` holds what the last check of each story left, by key; `there` says of an article, by id and path, whether it
    or what is in its file now is in any story; of no id, whether there is an article in that file. `unread` says of a
    path whether so many articles may be in what of that file cannot be read now.
    """

    def __init__(
        self,
        kept: Mapping[str, Kept],
        pass_id: str,
        there: Callable[[str, str], bool],
        unread: Callable[[str, int], bool],
    ) -> None:
        self.kept = kept
        self._pass_id = pass_id
        self._there = there
        self._unread = unread
        self._old = {key: old for key, story in kept.items() if (old := story.members_in(pass_id))}
        self._holder = {id_: key for key, old in sorted(self._old.items()) for id_, _ in old}

    def earlier(self, story: Story) -> list[Kept]:
        """What is left of the story and of those that are in it now; else of those that it goes on from.

        These are the one that had most of its articles and, where articles are put together in another way than before
        or folders have other names, any that has most of its own articles in it. But by event, only such as are no
        more, for one that stays where it is goes on by itself.
        """
        found = [kept for key in (story.key, *story.absorbed) if (kept := self.kept.get(key)) is not None]
        if found:
            return found
        held = Counter(self._holder[d.article] for d in story.documents if d.article in self._holder)
        left = [key for key in held if self._is_left(key, story.group_by)]
        free = list(held) if story.group_by == "event" else left
        most = min(free, key=lambda key: (-held[key], key), default="")
        first = [most] if free and 2 * held[most] >= story.articles else []
        whole = sorted(key for key in left if 2 * held[key] > len(self._old[key]))
        return [self.kept[key] for key in dict.fromkeys([*first, *whole])]

    def _is_left(self, key: str, group_by: GroupBy) -> bool:
        """Whether nothing goes on under the key of an earlier story, found in another way than now or by folder."""
        if self.kept[key].row.group_by != group_by:
            return True
        return group_by != "event" and not any(self._there("", path) for _, path in self._old[key])

    def before(self, story: Story) -> Baseline | None:
        """What of the story is old news in this pass."""
        return together([kept.baseline(self._pass_id) for kept in self.earlier(story)])

    def against(self, story: Story) -> Baseline | None:
        """The same as a row is told against it, without the articles that another story has now.

        By folder, by day and all together one that stays where it is says of those too that they are gone from it.
        """
        before = self.before(story)
        if before is None:
            return None
        unread = self._not_read(story, before)
        closed = set(unread)
        read = tuple(member for member in before.members if member not in closed)
        before = before.model_copy(update={"members": read, "unread": unread})
        if story.group_by != "event" and story.key in self.kept:
            return before
        own = {name for document in story.documents for name in (document.article, document.path)}
        members = tuple(
            (id_, path) for id_, path in before.members if id_ in own or path in own or not self._there(id_, path)
        )
        parted = len(members) < len(before.members)
        return before.model_copy(update={"members": members, "parted": parted})

    def _not_read(self, story: Story, before: Baseline) -> tuple[tuple[str, str], ...]:
        """The articles of before that are not in the story because their files cannot be read now."""
        was = set(renewed(story.documents, before.members).values())
        missing = self._missing(story, before.members)
        return not_read([member for member in missing if member[0] not in was], self._unread)

    def _missing(self, story: Story, members: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Those that are in no story now."""
        own = {document.article for document in story.documents}
        return [(id_, path) for id_, path in members if id_ not in own and not self._there(id_, "")]

    def is_gone(self, story: Story) -> bool:
        """Whether an article that could not be read when the story was checked is gone since, and nothing else tells.

        By event, by day and all together, what cannot be read is in no story.
        """
        kept = self.kept[story.key]
        missing = self._missing(story, kept.members) if kept.row.status != "failed" else []
        return len(not_read(missing, self._unread)) < len(missing)

    def row(self, key: str) -> StoryRow | None:
        """The row of an earlier check as it stands in this pass."""
        kept = self.kept.get(key)
        return standing(kept, self._pass_id) if kept is not None else None

    def parts(self, story: Story) -> dict[str, StoryRow]:
        """The rows of the other earlier stories that are in this one; they stand until it is through."""
        return {key: row for key in story.absorbed if (row := self.row(key)) is not None}

    def joins(self, story: Story) -> bool:
        """Whether it is nothing but earlier stories that are through, so that no choice between stories is about it."""
        if not story.absorbed:
            return False
        found = [kept for key in (story.key, *story.absorbed) if (kept := self.kept.get(key)) is not None]
        whole = all(kept.row.status in ("done", "incomplete") and kept.row.report is not None for kept in found)
        held = {id_ for kept in found for id_, _ in kept.members}
        return len(found) > 1 and whole and all(d.article in held for d in story.documents if d.article is not None)

    def waiting(self, story: Story) -> dict[str, StoryRow]:
        """The rows of a story that is not through: its own, and those that stand beside it meanwhile."""
        parts, own = self.parts(story), self.row(story.key)
        if own is None or not self.joins(story):
            own = self.beside(waiting_row(story, own, self.against(story)), story)
        return {**parts, story.key: own}

    def beside(self, row: StoryRow, story: Story) -> StoryRow:
        """The row of a story without a report of all its articles, of which some are in the rows of its parts.

        It goes by what it was when nothing was joined.
        """
        parts, own = self.parts(story), self.row(story.key)
        if not parts:
            return row
        elsewhere = {path for key in parts for _, path in self.kept[key].members}
        return row.model_copy(
            update={
                "articles": max(0, row.articles - sum(part.articles for part in parts.values())),
                "new_articles": tuple(path for path in row.new_articles if path not in elsewhere),
                "edited_articles": tuple(path for path in row.edited_articles if path not in elsewhere),
                "unsettled": own.unsettled if own is not None else (),
                **({"title": own.title, "reason": own.reason} if own is not None else {}),
            }
        )

    def regroups(self, story: Story) -> bool:
        """Whether it is nothing but earlier stories, or a part of one."""
        if self.joins(story):
            return True
        own = {document.article for document in story.documents if document.article is not None}
        larger = [kept.members for kept in self.earlier(story) if own < {id_ for id_, _ in kept.members}]
        elsewhere = any(id_ not in own and self._there(id_, path) for members in larger for id_, path in members)
        return elsewhere and story.group_by == "event"

    def in_vain(self, story: Story, folder: Path, made_with: str, counts: Callable[[str], bool]) -> tuple[Failure, ...]:
        """What became of articles that the stories which are in this one now, or of which it was a part, asked in vain.

        Not of those that the next run asks by itself, nor by the report of a story whose key does not count, or that is
        made with something else, gone or damaged.
        """
        own, failed = {document.article for document in story.documents}, dict[str, Failure]()
        for row in (kept.row for kept in self.earlier(story)):
            if row.failed_articles and row.report is not None and counts(row.key):
                with suppress(InputError):
                    report = filing.report_of(folder, row)
                    found = report.failures if fingerprints.made_with(report.run) == made_with else ()
                    lasting = [f for f in found if f.stage == "extraction" and f.kind not in UNFINISHED]
                    failed |= {failure.subject: failure for failure in lasting}
        return tuple(failure for id_, failure in failed.items() if id_ in own)

    def spent(self, story: Story) -> list[Usage]:
        """What the checks in this pass of those asked that are in this story now."""
        found = self.earlier(story) if story.absorbed else []
        return [kept.row.usage for kept in found if kept.pass_id == self._pass_id]

    def kept_now(self, story: Story, row: StoryRow, fingerprint: str) -> Kept:
        """What this check leaves of the story; of a failed one without the articles that its parts still have.

        Articles whose files cannot be read now are remembered, for when they can be, nothing in them is news.
        """
        apart = story.absorbed if row.status == "failed" else ()
        elsewhere = {id_ for key in apart if key in self.kept for id_, _ in self.kept[key].members}
        there = [(d.article, d.path) for d in story.documents if d.article is not None]
        before = self.before(story)
        unread = self._not_read(story, before) if before is not None else ()
        members = tuple((id_, path) for id_, path in (*there, *unread) if id_ not in elsewhere)
        return Kept(fingerprint, members, pack(row), self._pass_id, packed(before))


def history_of(spool: Spool, pass_id: str) -> History:
    """What `spool` remembers, seen from the pass `pass_id`."""
    return History(spool.kept(), pass_id, spool.stands, spool.unread)
