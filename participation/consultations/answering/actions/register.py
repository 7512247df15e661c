"""The register: a contribution for each public post of a citizen and each response, and the family it belongs to.

The text of a public response is a post, too: both ways lead to one row.

The register follows the posts: what is published enters, what is withdrawn leaves, what is edited is placed anew.
Locks are taken in one order everywhere: the consultation, the texts of the part (in `likeness`), the family.
"""

import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, update

from app.core import db, likeness
from app.core.events import on
from app.core.text import WORD, normalise
from app.identity.events import BrowserSignedIn
from participation.consultations.answering.notices import tell_newcomer
from participation.consultations.answering.queries.leads import Lead, leads
from participation.consultations.answering.queries.register import counts_of
from participation.consultations.events import ResponseSent
from participation.consultations.models import (
    RESPONSE,
    SUBJECT,
    Consultation,
    Contribution,
    Family,
    Response,
    ResponsePost,
)
from participation.discussion import wordings
from participation.discussion.events import PostEdited, PostPublished, PostWithdrawn
from participation.discussion.models import Post

AT_ONCE = 500
WHERE_PEOPLE_SPEAK = frozenset({SUBJECT, RESPONSE})


@dataclass(frozen=True)
class _Said:
    """What is registered of a post or a response."""

    consultation_id: uuid.UUID
    part: str
    text: str
    language: str
    is_public: bool = True

    @property
    def scope(self) -> str:
        """Texts are compared within one part and language; confidential ones among themselves alone."""
        kind = "public" if self.is_public else "confidential"
        return f"{SUBJECT}:{self.consultation_id}:{self.part}:{self.language}:{kind}"


@on(PostPublished)
def register_post(event: PostPublished) -> None:
    """Official posts are answers, no contributions."""
    if event.place_kind in WHERE_PEOPLE_SPEAK and not event.is_official:
        post = db.session().get_one(Post, event.post_id)
        response = _response_in(post) if event.place_kind == RESPONSE else None
        said = _said_in(post, event.place_id, response.article_key if response else event.part)
        found = _of_post(post.id)
        if found is not None:
            _place_anew(found, said)
        else:
            _enter(said, post_id=post.id, **(_facts_in(response) if response else _facts_of(post)))


@on(PostEdited)
def follow_edit(event: PostEdited) -> None:
    """Another text may belong to another family, which waits for an answer of its own."""
    found = _of_post(event.post_id) if event.place_kind == SUBJECT else None
    if found is not None:
        post = db.session().get_one(Post, event.post_id)
        for name, value in _facts_of(post).items():
            setattr(found, name, value)
        _place_anew(found, _said_in(post, event.place_id, event.part))


@on(PostWithdrawn)
def follow_withdrawal(event: PostWithdrawn) -> None:
    found = _of_post(event.post_id) if event.place_kind in WHERE_PEOPLE_SPEAK else None
    if found is not None:
        _lock_consultation(found.consultation_id)
        family = _locked(found.family_id)
        likeness.forget(_scope_of(found, family), found.placed_as)
        db.session().delete(found)
        db.session().flush()
        recount(family.id)


@on(BrowserSignedIn)
def claim(event: BrowserSignedIn) -> None:
    """What somebody sent as a guest is theirs from now on, and they are told what becomes of it."""
    theirs = Contribution.author_key == event.browser_key, Contribution.person_id.is_(None)
    families = list(db.session().scalars(select(Contribution.family_id).where(*theirs).distinct()))
    if families:
        key = f"person:{event.person_id}"
        values = {"author_key": key, "person_id": event.person_id}
        db.session().execute(update(Contribution).where(*theirs).values(values))
        for family_id in sorted(families):
            recount(_locked(family_id).id)


@on(ResponseSent)
def register_confidential(event: ResponseSent) -> None:
    response = db.session().get_one(Response, event.response_id)
    said = _Said(
        response.consultation_id,
        response.article_key,
        response.body,
        response.language,
        is_public=False,
    )
    _enter(said, **_facts_in(response))


def _response_in(post: Post) -> Response:
    its = select(Response).join(ResponsePost, ResponsePost.response_id == Response.id)
    return db.session().scalars(its.where(ResponsePost.post_id == post.id)).one()


def _facts_in(response: Response) -> dict[str, Any]:
    return {
        "response_id": response.id,
        "person_id": response.person_id,
        "author_key": response.author_key,
        "stance": response.stance,
    }


def _of_post(post_id: uuid.UUID) -> Contribution | None:
    return db.session().scalar(select(Contribution).where(Contribution.post_id == post_id))


def _said_in(post: Post, place_id: str, part: str) -> _Said:
    text = "\n".join(filter(None, (post.body, post.wording)))
    return _Said(uuid.UUID(place_id), part, text, post.language)


def _facts_of(post: Post) -> dict[str, Any]:
    return {
        "person_id": post.author_id,
        "author_key": post.author_key,
        "stance": post.stance,
        "version_number": post.article_version,
    }


def _enter(said: _Said, **facts: Any) -> None:
    _lock_consultation(said.consultation_id)
    key = db.new_id()
    placed_as = f"{key.hex}.1"
    family = _family_of(said, placed_as)
    db.session().add(
        Contribution(
            id=key,
            consultation_id=said.consultation_id,
            part=said.part,
            language=said.language,
            is_public=said.is_public,
            family_id=family.id,
            placed_as=placed_as,
            **facts,
        )
    )
    db.session().flush()
    recount(family.id)
    _decide_on_wording(facts.get("post_id"), family)
    if family.is_answered and facts.get("person_id"):
        tell_newcomer(family, facts["person_id"])


def _place_anew(found: Contribution, said: _Said) -> None:
    """The new wording gets a name of its own: a family may bear that of the old one."""
    _lock_consultation(said.consultation_id)
    before = _locked(found.family_id)
    likeness.forget(_scope_of(found, before), found.placed_as)
    stem, _dot, count = found.placed_as.partition(".")
    found.placed_as = f"{stem}.{int(count) + 1}"
    found.language = said.language
    family = _family_of(said, found.placed_as)
    found.family_id = family.id
    db.session().flush()
    recount(found.family_id)
    _decide_on_wording(found.post_id, family)
    if found.family_id != before.id:
        recount(before.id)


def _decide_on_wording(post_id: uuid.UUID | None, family: Family) -> None:
    """A suggested wording is accepted or not as its family is: what its author writes later is not decided yet."""
    if post_id is None:
        return
    if family.decision in {"open", "considered"}:
        wordings.reopen([post_id])
    else:
        wordings.settle([post_id], is_accepted=family.decision in {"accepted", "partly"})


def _scope_of(found: Contribution, family: Family) -> str:
    return _Said(found.consultation_id, found.part, "", family.language, found.is_public).scope


def _family_of(said: _Said, placed_as: str) -> Family:
    """The family of the text, locked; a new one when nothing like it has been said in this part."""
    name = likeness.place(said.scope, placed_as, said.text)
    row = {
        "id": db.new_id(),
        "consultation_id": said.consultation_id,
        "part": said.part,
        "language": said.language,
        "likeness": name,
        "is_public": said.is_public,
    }
    db.insert_new(Family, [row], "consultation_id", "likeness")
    named = select(Family.id).where(Family.consultation_id == said.consultation_id, Family.likeness == name)
    return _locked(db.session().scalars(named).one())


def _lock_consultation(consultation_id: uuid.UUID) -> None:
    """Nobody ends the consultation while this unit registers; units that register do not wait for each other."""
    row = select(Consultation.id).where(Consultation.id == consultation_id)
    db.session().execute(row.with_for_update(read=True))


def _locked(family_id: uuid.UUID) -> Family:
    row = select(Family).where(Family.id == family_id).with_for_update()
    return db.session().scalars(row.execution_options(populate_existing=True)).one()


def recount(family_id: uuid.UUID) -> None:
    """Derive the family's numbers anew; one that nobody is in any more goes, unless it has been answered."""
    counts = counts_of([family_id]).get(family_id)
    if counts is None:
        gone = delete(Family).where(Family.id == family_id, Family.decision == "open", Family.revision == 0)
        db.session().execute(gone)
    size, people, support = counts or (0, 0, 0)
    derived = {"size": size, "people": people, "support": support, "rank": support * Family.novelty}
    db.session().execute(update(Family).where(Family.id == family_id).values(derived))


# Kept right


def misled(consultation_id: uuid.UUID | None = None) -> list[Family]:
    """The families whose numbers are not those of their members; for `recount --check`."""
    families = select(Family).order_by(Family.id)
    if consultation_id is not None:
        families = families.where(Family.consultation_id == consultation_id)
    every = list(db.session().scalars(families))
    wrong = []
    for start in range(0, len(every), AT_ONCE):
        some = every[start : start + AT_ONCE]
        counts = counts_of([family.id for family in some])
        wrong += [
            family
            for family in some
            if (family.size, family.people, family.support) != counts.get(family.id, (0, 0, 0))
            or family.rank != family.support * family.novelty
        ]
    return wrong


def rank_families(consultation_id: uuid.UUID) -> None:
    """Count support anew, with the agreements given meanwhile, and say of each family how new its words are.

    Novelty: the share, in percent, of the lead's distinct words that no earlier family of the same part and language
    has; the first family of a part is wholly new. A voice that says something else stands beside a loud campaign so.
    """
    families = select(Family).where(Family.consultation_id == consultation_id).order_by(Family.id)
    every = list(db.session().scalars(families))
    heard: dict[tuple[str, str, bool], set[str]] = {}
    for start in range(0, len(every), AT_ONCE):
        _rank(every[start : start + AT_ONCE], heard)


def _rank(families: list[Family], heard: dict[tuple[str, str, bool], set[str]]) -> None:
    """`heard`: the words of the families before, by part, language and whether they are public."""
    ids = [family.id for family in families]
    texts, counts = leads(ids), counts_of(ids)
    for family in families:
        before = heard.setdefault((family.part, family.language, family.is_public), set())
        words = _words_of(texts.get(family.id))
        family.novelty = max(1, round(100 * len(words - before) / len(words))) if words else 1
        family.size, family.people, family.support = counts.get(family.id, (0, 0, 0))
        family.rank = family.support * family.novelty
        before |= words


def _words_of(lead: Lead | None) -> set[str]:
    return set(WORD.findall(normalise(f"{lead.body} {lead.wording}"))) if lead else set()
