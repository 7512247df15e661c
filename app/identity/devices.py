"""Which browser on which system, in words a person recognises; nothing finer is kept."""

from app.core.i18n import gettext as _

_BROWSERS = (
    ("Edg", "edge"), ("OPR/", "opera"), ("SamsungBrowser", "samsung"), ("Firefox", "firefox"),
    ("FxiOS", "firefox"),
    ("CriOS", "chrome"), ("Chrome", "chrome"), ("Safari", "safari"),
)  # fmt: skip
_SYSTEMS = (
    ("Android", "android"), ("iPhone", "iphone"), ("iPad", "ipad"), ("Windows", "windows"),
    ("Macintosh", "mac"),
    ("CrOS", "chromeos"), ("Linux", "linux"),
)  # fmt: skip
_NAMES = {
    "edge": "Edge", "opera": "Opera", "samsung": "Samsung Internet", "firefox": "Firefox", "chrome": "Chrome",
    "safari": "Safari", "android": "Android", "iphone": "iPhone", "ipad": "iPad", "windows": "Windows",
    "mac": "Mac", "chromeos": "ChromeOS", "linux": "Linux",
}  # fmt: skip


def device_of(user_agent: str) -> str:
    """`firefox/windows`, or `/` for what is not recognised."""
    return f"{_first(_BROWSERS, user_agent)}/{_first(_SYSTEMS, user_agent)}"


def _first(marks: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((code for mark, code in marks if mark in user_agent), "")


def device_words(device: str) -> str:
    """The device in the reader's language."""
    browser, _slash, system = device.partition("/")
    if browser in _NAMES and system in _NAMES:
        return str(_("%(browser)s on %(system)s", browser=_NAMES[browser], system=_NAMES[system]))
    return _NAMES.get(browser) or _NAMES.get(system) or str(_("A device we do not recognise"))
