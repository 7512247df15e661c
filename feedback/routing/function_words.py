"""Words that join and deny. They may weigh in an answer, but they tell its reader no reason."""

from app.core.text import normalise

_ENGLISH = """
    a an the and or but nor so if as of in on at to for from with without by about into over after before since until
    is are was were be been being am has have had do does did done can could will would shall should may might must
    not no never none nobody nothing it its this that these those there here my our your his her their i we you he
    she they me us him them mine who whom whose which what when where why how any some all each every other again
    also just only very too than then now yet still already
"""
_ARABIC = """
    من في على إلى عن مع منذ مذ حتى لم لن لا ما ليس ليست هل قد هذا هذه هذي ذلك تلك هنا هناك الذي التي الذين هو هي هم
    هن أنا نحن أنت كان كانت كانوا يكون كل أي أحد بعض بعد قبل عند عندي عندنا لدي لدينا لكن ثم أو أن إن لو إذا متى كيف
    لماذا أين كم أيضا فقط جدا غير بدون بلا بين حول مش مو مب موب ليش ليه وين فين شو ايش وش شنو عشان علشان لأن مشان
    اللي يلي هذاك انا احنا نحنا هون هناك ولا كمان لسه بس
"""
_WORDS = frozenset(normalise(word) for word in f"{_ENGLISH} {_ARABIC}".split())


def is_function_word(word: str) -> bool:
    """Whether the word, normalised, only joins others: by itself or after "and" (و، ف)."""
    return word in _WORDS or (word[:1] in {"و", "ف"} and word[1:] in _WORDS)
