"""Fail when the template is not what the code says, or the Arabic catalogue is not whole.

Whole: every sentence translated, none fuzzy, all six plural forms, the placeholders of the source.
"""

import sys

from babel.messages.catalog import Catalog, Message

from tools import catalogues

UPDATE = "run: ./run update-catalogues"


def faults() -> list[str]:
    """Every fault of the catalogues, in words; empty when all is well."""
    template, arabic = catalogues.read(catalogues.TEMPLATE), catalogues.read(catalogues.ARABIC, "ar")
    found = _differences("messages.pot", catalogues.extracted(), template)
    found += _differences("messages.po", template, arabic)
    if arabic.plural_forms.rstrip(";") != catalogues.PLURAL_RULE.rstrip(";"):
        found.append(f"messages.po: its header must say Plural-Forms: {catalogues.PLURAL_RULE}")
    for message in catalogues.sentences(arabic):
        found += [f"{catalogues.name(message)!r}: {fault}" for fault in faults_of(message)]
    return found


def _differences(where: str, wanted: Catalog, present: Catalog) -> list[str]:
    want, have = ({(m.context, m.id) for m in catalogues.sentences(c)} for c in (wanted, present))
    return [f"{where} lacks {key[1]!r}; {UPDATE}" for key in sorted(want - have, key=str)] + [
        f"{where} holds {key[1]!r}, which nothing says any more; {UPDATE}"
        for key in sorted(have - want, key=str)
    ]


def faults_of(message: Message) -> list[str]:
    """What is wrong with the Arabic of one message."""
    if message.fuzzy:
        return ["is fuzzy: check the translation and remove the mark"]
    forms = catalogues.forms(message)
    if message.pluralizable and len(forms) != catalogues.PLURAL_FORMS:
        return [f"has {len(forms)} plural forms instead of 6"]
    if not all(form.strip() for form in forms):
        return ["is not translated, or lacks a plural form"]
    return [
        f"form {index} has other placeholders than the source"
        for index, form in enumerate(forms)
        if not _placeholders_fit(message, index, form)
    ]


def _placeholders_fit(message: Message, index: int, form: str) -> bool:
    if isinstance(message.id, str):
        return catalogues.placeholders(form) == catalogues.placeholders(message.id)
    wanted, given = catalogues.placeholders(message.id[1]), catalogues.placeholders(form)
    missing = wanted - given
    may_lack = catalogues.NUMBERS if index in catalogues.MAY_LACK_NUMBER else set[str]()
    return given <= wanted and missing <= may_lack


if __name__ == "__main__":
    problems = faults()
    print("\n".join(problems) or "the catalogues are whole")
    sys.exit(1 if problems else 0)
