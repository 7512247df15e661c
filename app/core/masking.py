"""Personal data out of a text, before anything of it is learned or counted.

Each find becomes one placeholder word, so that "call me on …" still reads as a sentence to a
model while the number never enters a vocabulary.
"""

import re

from app.core.bidi import EMAIL, PHONE, REFERENCE, URL
from app.core.normalising import DIGITS, Traced

_D = f"[{DIGITS}]"
_ALONE = r"(?<![\w-])"
_ENDS = r"(?![\w-])"
_IBAN = rf"{_ALONE}[A-Za-z]{{2}}{_D}{{2}}(?: ?[A-Za-z0-9]{{4}}){{2,7}}(?: ?[A-Za-z0-9]{{1,4}})?{_ENDS}"
_NATIONAL_ID = rf"{_ALONE}(?:{_D}{{3}}-{_D}{{4}}-{_D}{{5,7}}-{_D}|{_D}{{12,16}}|[12١٢]{_D}{{9}}){_ENDS}"
_LOCAL_PHONE = rf"{_ALONE}(?:{_D}{{7,11}}|{_D}{{2,4}}(?:[ -]{_D}{{3,4}}){{2,3}}){_ENDS}"
_PLATE = (
    rf"{_ALONE}(?:{_D}{{1,4}} ?[ء-ي](?: [ء-ي]){{1,2}}|[ء-ي](?: [ء-ي]){{1,2}} ?{_D}{{1,4}}"
    rf"|[A-Z]{{1,3}}[ -]?{_D}{{3,5}}){_ENDS}"
    rf"|(?<=plate )(?:no |number )?[A-Za-z]{{0,3}} ?{_D}{{3,7}}{_ENDS}|(?<=لوحة )(?:رقم )?{_D}{{3,7}}{_ENDS}"
)
_HANDLE = r"(?<![\w@./])@[\w.]{2,30}"

PLACEHOLDERS = {
    "url": "xxurl",
    "email": "xxemail",
    "iban": "xxiban",
    "national_id": "xxidnumber",
    "phone": "xxphone",
    "reference": "xxreference",
    "plate": "xxplate",
    "handle": "xxhandle",
}
_PERSONAL = re.compile(
    f"(?P<url>{URL})|(?P<email>{EMAIL})|(?P<iban>{_IBAN})|(?P<national_id>{_NATIONAL_ID})"
    f"|(?P<phone>{PHONE}|{_LOCAL_PHONE})|(?P<reference>{REFERENCE})|(?P<plate>{_PLATE})|(?P<handle>{_HANDLE})"
)


def mask_personal(text: str) -> str:
    """The text with e-mail, phone, IBAN, id number, plate, link, handle, reference as placeholder words."""
    return _PERSONAL.sub(lambda found: PLACEHOLDERS[found.lastgroup or ""], text)


def trace_masked(text: str) -> Traced:
    """`mask_personal(text)` with the way back; a placeholder stands for all that it hides."""
    pieces: list[str] = []
    offsets: list[int] = []
    done = 0
    for found in _PERSONAL.finditer(text):
        placeholder = PLACEHOLDERS[found.lastgroup or ""]
        pieces += [text[done : found.start()], placeholder]
        offsets += [*range(done, found.start()), *[found.start()] * len(placeholder)]
        done = found.end()
    return Traced("".join([*pieces, text[done:]]), [*offsets, *range(done, len(text))], len(text))
