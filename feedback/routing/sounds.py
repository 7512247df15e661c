"""How a word sounds: one alphabet of consonants for Arabic and for Arabic in Latin letters (Arabizi)."""

from functools import lru_cache

_DIGRAPHS = (("kh", "x"), ("gh", "G"), ("sh", "$"), ("ch", "$"), ("th", "t"), ("dh", "d"), ("ph", "f"))
_SOUNDS = str.maketrans(
    "بپتثجچحخدذرزسشصضطظعغفڤقكگلمنه" + "bcdfghjklmnpqrstvxz" + "3579624",
    "bbttj$Hxddrzs$sdtdEGffqkklmnh" + "bkdfjhjklmnbqrstfkz" + "ExHqt  ",
    "اويءaeiouwy018'",
)


@lru_cache(maxsize=1 << 16)
def skeleton(word: str) -> str:
    """The consonants of a word in one alphabet for Arabic and Arabizi: كهرباء and kahraba are "khrb"."""
    latin = word
    for pair, sound in _DIGRAPHS:
        latin = latin.replace(pair, sound)
    sounds = latin.translate(_SOUNDS).replace(" ", "")
    if word[:1] in "ويwy":
        sounds = ("w" if word[0] in "وw" else "y") + sounds
    return sounds[:-1] if len(sounds) > 2 and sounds[-1] == "h" else sounds
