"""Files received as a form receives them, on behalf of two browsers. Call these inside of a request."""

import io

import pytest
from werkzeug.datastructures import FileStorage

from app.core import uploads
from app.core.permissions import Actor
from app.core.uploads import StoredFile, WrongFile
from app.factory import Sawt

HUDA, YUSUF = Actor(browser="huda"), Actor(browser="yusuf")
FORM = "complaint"


def receive(name: str, content: bytes, owner: Actor = HUDA) -> StoredFile:
    return uploads.receive(owner, FileStorage(io.BytesIO(content), filename=name), FORM)


def content_of(app: Sawt, stored: StoredFile) -> bytes:
    """What is kept of the file. Raises FileNotFoundError when it is gone."""
    with app.extensions["storage"].open(stored.storage_name) as kept:
        return bytes(kept.read())


def refusal(name: str, content: bytes) -> str:
    """The sentence with which the file is refused."""
    with pytest.raises(WrongFile) as refused:
        receive(name, content)
    return str(refused.value)
