"""Keys of people whose words and votes were imported: numbers of a series, behind which stands no account (pure).

No browser, account or mail sender has such a key, so nobody can sign in as its holder, edit what it wrote, or be told
what becomes of it. The series of one place are apart: that an author and a voter have the same number says nothing.
"""

AUTHOR, VOTER, RESPONDENT, WITHHELD = "author", "voter", "respondent", "withheld"
"""`withheld`: somebody of whom the set tells only that they agreed or disagreed with one post, no more."""

_START = "imported"


def key(place_id: object, series: str, number: int) -> str:
    return f"{_START}:{place_id}:{series}:{number}"


def number_of(author_key: str, series: str) -> int | None:
    """The number in this series; None for another series and for everybody who was not imported."""
    parts = author_key.split(":")
    if len(parts) != 4 or (parts[0], parts[2]) != (_START, series):
        return None
    return int(parts[3])
