""" "Did you mean …": for a word that nothing has, the word of the lexicon that is spelled most like it.

Only words of the lexicon are suggested, never words of texts, so that a suggestion can reveal nothing; and only when
the reader finds something by it.
"""

from collections import defaultdict
from functools import lru_cache

from app.core import analysis, asking, finding, lexicon
from app.core.permissions import Actor
from app.core.text import WORD, normalise

LIKE_ENOUGH = 0.5
LEAST_LETTERS = 4


def suggestion(actor: Actor, query: str) -> str | None:
    """The question with other spellings, as people write it; None when no other finds anything."""
    words = query.split()
    others = [_other_spelling(word) or word for word in words]
    if others == words:
        return None
    suggested = " ".join(others)
    return suggested if finding.is_found(actor, asking.question(suggested)) else None


def _other_spelling(written: str) -> str | None:
    word = "".join(WORD.findall(normalise(written)))
    if len(word) < LEAST_LETTERS or analysis.word(word).is_known:
        return None
    counts: dict[str, int] = defaultdict(int)
    own = _trigrams(word)
    for trigram in own:
        for candidate in _words_by_trigram().get(trigram, ()):
            counts[candidate] += 1
    alike = {one: 2 * same / (len(own) + len(_trigrams(one))) for one, same in counts.items()}
    best = max(sorted(alike), key=alike.__getitem__, default=None)
    return lexicon.standard().spelled[best] if best and alike[best] >= LIKE_ENOUGH else None


def _trigrams(word: str) -> frozenset[str]:
    framed = f"  {word} "
    return frozenset(framed[at : at + 3] for at in range(len(framed) - 2))


@lru_cache(maxsize=1)
def _words_by_trigram() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in lexicon.standard().spelled:
        for trigram in _trigrams(word):
            found[trigram].append(word)
    return found
