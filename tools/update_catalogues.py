"""Bring the template and the Arabic catalogue to what the code says now.

Sentences nobody says any more go; new ones come in untranslated, and what is still to translate is printed.
"""

from babel.messages.catalog import Catalog, Message

from tools import catalogues
from tools.check_catalogues import faults_of

Text = str | tuple[str, ...] | list[str] | None
Known = dict[tuple[object, object], Text]


def main() -> None:
    template = catalogues.extracted()
    catalogues.write(catalogues.TEMPLATE, template)
    arabic = translated(template, _known())
    catalogues.write(catalogues.ARABIC, arabic)
    left = [message for message in catalogues.sentences(arabic) if faults_of(message)]
    for message in left:
        places = ", ".join(place for place, _ in message.locations)
        print(f"to translate: {catalogues.name(message)!r} ({places})")
    print(f"{len(arabic)} sentences, {len(left)} to translate")


def translated(template: Catalog, known: Known) -> Catalog:
    """The Arabic catalogue of exactly the sentences of the template."""
    arabic = catalogues.empty_arabic()
    for message in catalogues.sentences(template):
        text = known.get(_key(message), _untranslated(message))
        places, notes = message.locations, message.auto_comments
        arabic.add(message.id, text, places, message.flags - {"fuzzy"}, notes, context=message.context)
    return arabic


def _key(message: Message) -> tuple[object, object]:
    return message.context, message.id


def _untranslated(message: Message) -> Text:
    return ("",) * catalogues.PLURAL_FORMS if message.pluralizable else ""


def _known() -> Known:
    """The Arabic there is."""
    arabic = catalogues.read(catalogues.ARABIC, "ar")
    return {_key(message): message.string for message in catalogues.sentences(arabic)}


if __name__ == "__main__":
    main()
