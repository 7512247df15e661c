"""What people read about an agency, as one value; and what a key is."""

import re
from dataclasses import dataclass

from app.agencies.models import Agency
from app.core.i18n import LANGUAGES

KEY = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
LONGEST_KEY = 50


@dataclass(frozen=True)
class Description:
    """Names and remit in both languages, and where the agency can be reached."""

    name_ar: str
    name_en: str
    remit_ar: str
    remit_en: str
    email: str = ""
    phone: str = ""
    website: str = ""

    @classmethod
    def of(cls, agency: Agency) -> "Description":
        """What people read now."""
        name_ar, name_en = (Agency.name.read(agency, code).text for code in LANGUAGES)
        remit_ar, remit_en = (Agency.remit.read(agency, code).text for code in LANGUAGES)
        return cls(name_ar, name_en, remit_ar, remit_en, agency.email, agency.phone, agency.website)
