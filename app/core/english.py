"""English words without their endings, in one spelling: British and American find each other."""

import re
from functools import lru_cache

import snowballstemmer

_SPELLINGS = (
    (re.compile(r"is(e|es|ed|er|ers|ing|ation|ations|ational)$"), r"iz\1"),
    (re.compile(r"ys(e|es|ed|er|ing)$"), r"yz\1"),
    (re.compile(r"^(lab|neighb|harb|col|hon|fav|behavi|hum|rum|sav|vap|endeav|tum|arm|cand|ard|clam|val)our"), r"\1or"),
    (re.compile(r"(cent|theat|met|lit|fib|calib|spect|meag)re(s?)$"), r"\1er\2"),
    (re.compile(r"(lic|def|off|pret)ence"), r"\1ense"),
    (re.compile(r"([aeiou])ll(ed|ing|er|ers|ation)$"), r"\1l\2"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"ae(?!ro)"), "e"),
    (re.compile(r"^(f)?oe(?=[st])|(?<=rrh)oe(?=a)"), r"\1e"),
    (re.compile(r"(progra)mme(s?)$"), r"\1m\2"),
)  # fmt: skip
_DEEP = re.compile(
    r"(izational|ization|ational|ation|ition|ution|ifi(?:c|cat|ed)?|tion|sion|ion|ment|ance|ence|ur|iv|ship|hood|ist|ian|ity"
    r"|ness|able|ible|ive|ant|ent|ary|ery|ory|al|er|or|ee|ic|iz|at|y|e|i)$"
)
_DOER = re.compile(r"(?<=[a-z]{3})[eo]rs?$")
LEAST_ROOT = 4
_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """Its Snowball stem, after its spelling was made the American one."""
    for british, american in _SPELLINGS:
        word = british.sub(american, word)
    return str(_stemmer.stemWord(word))


def stems(word: str) -> frozenset[str]:
    """The stem; of a word that may name who does something also that of what is done (hiker, to hike)."""
    done = _DOER.sub("", word)
    made = {stem(word)} if done == word else {stem(word), stem(done), stem(f"{done}e")}
    return frozenset(made)


def root(word: str) -> str | None:
    """What is left without the endings that make nouns of verbs; a weak guess, for the last resort alone."""
    bare = stem(word)
    while (shorter := _DEEP.sub("", bare)) != bare and len(shorter) >= LEAST_ROOT:
        bare = shorter
    return bare if len(bare) >= LEAST_ROOT else None
