"""What all cleaners share: the refusal they raise, and the largest picture they draw."""

MOST_PIXELS = 25_000_000


class Unwanted(Exception):
    """The file is refused; the text is the code of the reason (inspection.py has the sentences)."""
