"""Agencies from a document: a list of key, name {ar, en}, remit {ar, en}; also email, phone, website."""

from typing import Any

from app.agencies import queries
from app.agencies.actions import create_agency, describe
from app.agencies.description import KEY, Description
from app.core.permissions import Actor
from app.core.text import clean_body, clean_line

CONTACTS = ("email", "phone", "website")


class BadFile(ValueError):
    """The document does not describe agencies; the message names every fault."""


def read_agencies(document: Any) -> dict[str, Description]:
    """Key -> description, in the order of the document. Raises BadFile with all faults at once."""
    if not isinstance(document, list) or not all(isinstance(entry, dict) for entry in document):
        raise BadFile("it must be a list of agencies")
    faults = [fault for number, entry in enumerate(document, 1) for fault in _faults(number, entry)]
    keys = [entry.get("key") for entry in document]
    faults += [f"key {key} stands there twice" for key in sorted({str(k) for k in keys if keys.count(k) > 1})]
    if faults:
        raise BadFile("; ".join(faults))
    return {entry["key"]: _description(entry) for entry in document}


def _faults(number: int, entry: dict[str, Any]) -> list[str]:
    where = f"agency {number} ({entry.get('key')})"
    found = [] if KEY.fullmatch(str(entry.get("key") or "")) else [f"{where}: its key is no key"]
    for field in ("name", "remit"):
        texts = entry.get(field)
        if not isinstance(texts, dict) or not all(
            str(texts.get(code) or "").strip() for code in ("ar", "en")
        ):
            found.append(f"{where}: {field} needs ar and en")
    unknown = set(entry) - {"key", "name", "remit", *CONTACTS}
    return found + [f"{where}: unknown field {name}" for name in sorted(unknown)]


def _description(entry: dict[str, Any]) -> Description:
    return Description(
        name_ar=clean_line(entry["name"]["ar"]),
        name_en=clean_line(entry["name"]["en"]),
        remit_ar=clean_body(entry["remit"]["ar"]),
        remit_en=clean_body(entry["remit"]["en"]),
        **{name: clean_line(str(entry.get(name) or "")) for name in CONTACTS},
    )


def load_agencies(actor: Actor, wanted: dict[str, Description], update: bool = False) -> tuple[int, int]:
    """Add the agencies that are missing; with `update` describe the others anew. Returns (added, updated)."""
    present = {agency.key: agency for agency in queries.all_of_them()}
    added = [create_agency(actor, key, wanted[key]) for key in wanted if key not in present]
    outdated = [key for key in wanted if key in present and Description.of(present[key]) != wanted[key]]
    for key in outdated if update else []:
        describe(actor, present[key], wanted[key])
    return len(added), len(outdated) if update else 0
