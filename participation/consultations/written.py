"""What officials and people write, as values: before anything is kept of it. Pure."""

from dataclasses import dataclass, replace

Pair = tuple[str, str]
"""A text in Arabic and in English."""

TEXTS = ("title", "lead", "summary", "open_to_change", "data_notice")
"""The texts of a consultation, each a pair."""

LONGEST_ANSWER = 2_000


@dataclass(frozen=True)
class Rules:
    """What the comment phase asks of people, and what is shown when."""

    least_level: int = 1
    moderation: str = "after"
    results_hidden: bool = False
    takes_confidential: bool = True


@dataclass(frozen=True)
class Asked:
    """A question as an official writes it. `options`: pairs (Arabic, English) of a choice."""

    kind: str
    prompt: Pair
    hint: Pair = ("", "")
    is_required: bool = False
    options: tuple[Pair, ...] = ()


@dataclass(frozen=True)
class Point:
    """A key point as an official writes it."""

    text: Pair
    article_key: str = ""


@dataclass(frozen=True)
class Given:
    """An answer to one question; which part is filled follows the question's kind. Empty: taken back."""

    chosen: tuple[str, ...] = ()
    scale: int | None = None
    body: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.chosen or self.scale or self.body)


@dataclass(frozen=True)
class Sent:
    """What somebody sends. `members_asked`: how many of its members an organisation asked."""

    body: str
    client_id: str
    language: str
    organisation: str = ""
    members_asked: int | None = None
    stance: str | None = None
    is_confidential: bool = False
    name: str = ""

    def on_paper(self, name: str, language: str, client_id: str) -> "Sent":
        return replace(self, name=name, language=language, client_id=client_id)
