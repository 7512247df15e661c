"""The words of a text as terms of the search index; the same for what is put in and for what is asked."""

from app.core.text import WORD, normalise

VERSION = "1"


def terms(text: str, in_title: bool = False) -> set[str]:
    """Every term under which a text with these words is found."""
    words = WORD.findall(normalise(text))
    return {f"{'t' if in_title else ''}x{word}" for word in words} | {f"x{word}" for word in words}
