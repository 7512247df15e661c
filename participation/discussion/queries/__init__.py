"""Reading threads: `finding` says who may see one, `pages` lists its posts, `rows` says what is told of each."""

from participation.discussion.queries.finding import (
    by_id,
    find,
    find_listed,
    find_many,
    find_own,
    find_thread,
    thread_of,
    threads_of,
    wordings,
)
from participation.discussion.queries.pages import (
    ONE_VISIT,
    PAGE,
    SORTS,
    ThreadPage,
    Wanted,
    cursor_at,
    latest,
    page,
    replies,
    root_of,
    row_of,
)
from participation.discussion.queries.rows import Row

__all__ = [
    "ONE_VISIT",
    "PAGE",
    "SORTS",
    "Row",
    "ThreadPage",
    "Wanted",
    "by_id",
    "cursor_at",
    "find",
    "find_listed",
    "find_many",
    "find_own",
    "find_thread",
    "latest",
    "page",
    "replies",
    "root_of",
    "row_of",
    "thread_of",
    "threads_of",
    "wordings",
]
