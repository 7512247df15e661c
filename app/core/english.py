"""English words without their endings, in one spelling: British and American find each other."""

import re
from functools import lru_cache

import snowballstemmer

_COLOUR = (
    "lab|neighb|harb|col|hon|fav|behavi|hum|rum|sav|savi|vap|endeav|tum|arm|cand|ard|clam|val|od|flav|rig|vig|parl|splend"
    "|demean|ferv|ranc|succ|glam"
)
_SPELLINGS = (
    (re.compile(r"^practis(?=e|ing)"), "practic"),
    (re.compile(r"is(e|es|ed|er|ers|ing|able|ation|ations|ational)$"), r"iz\1"),
    (re.compile(r"ys(e|es|ed|er|ers|ing)$"), r"yz\1"),
    (re.compile(rf"^((?:dis|mis|un|water|multi)?(?:{_COLOUR}))our"), r"\1or"),
    (re.compile(r"(cent|theat|met|lit|fib|calib|spect|meag|lust|somb|sab|maneuv|manoeuv)re(s|d)?$"), r"\1er\2"),
    (re.compile(r"(lic|def|off|pret)enc(?=e|ing)"), r"\1ens"),
    (re.compile(r"([aeiou][a-z]*[aeiou])ll(?=$|s$|ed$|ing|er|or|ation|ment|ous|en$|ful)"), r"\1l"),
    (re.compile(r"(?<=[iu])llful"), "lful"),
    (re.compile(r"ogue(s?)$"), r"og\1"),
    (re.compile(r"ae(?!ro)"), "e"),
    (re.compile(r"^(f)?oe(?=[st])|(?<=rrh)oe(?=a)"), r"\1e"),
    (re.compile(r"(?<=an)oeuv"), "euv"),
    (re.compile(r"(gra)mme(s?)$"), r"\1m\2"),
    (re.compile(r"(?<=dg)ement"), "ment"),
    (re.compile(r"(fl|conn|refl)exion"), r"\1ection"),
    (re.compile(r"(?<=[aeiou])wards$"), "ward"),
    (re.compile(r"(?<=^ag)e(?=ing$)|(?<=[lsv]i[kzv])e(?=able$)"), ""),
)  # fmt: skip
_WORDS = dict(
    pair.split(":")
    for pair in """
    tyre:tire kerb:curb grey:gray jewellery:jewelry jewelery:jewelry aluminium:aluminum plough:plow mould:mold
    mouldy:moldy moult:molt smoulder:smolder moustache:mustache pyjamas:pajamas sceptic:skeptic sceptical:skeptical
    draught:draft sulphur:sulfur sulphate:sulfate sulphide:sulfide cosy:cozy doughnut:donut despatch:dispatch
    enquire:inquire enquiry:inquiry enquiries:inquiries gaol:jail yoghurt:yogurt yoghourt:yogurt
    carat:karat whisky:whiskey woollen:woolen mum:mom cypher:cipher syphon:siphon artefact:artifact
    omelette:omelet cigaret:cigarette caviare:caviar annexe:annex axe:ax adaptor:adapter advisor:adviser
    convenor:convener orientate:orient preventative:preventive furore:furor
    """.split()
)
"""Words that no rule covers; a plural is that of its singular."""

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
    return str(_stemmer.stemWord(_american(word)))


def _american(word: str) -> str:
    plural = "s" if word.endswith("s") and word[:-1] in _WORDS else ""
    if plural or word in _WORDS:
        return _WORDS[word[:-1] if plural else word] + plural
    for british, american in _SPELLINGS:
        word = british.sub(american, word)
    return word


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
