"""What is said of a work besides its text. Pure."""

from dataclasses import dataclass

Pair = tuple[str, str]


@dataclass(frozen=True)
class Description:
    """What is said of a work, each text as (Arabic, English)."""

    title: Pair
    summary: Pair = ("", "")
    keywords: Pair = ("", "")
    licence: str = "CC-BY-4.0"
    authentic_language: str = "ar"
