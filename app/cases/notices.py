"""Who is told what happens to a case."""


def register() -> None:
    """Listeners are declared below; importing this module is enough."""
