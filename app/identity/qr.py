"""A QR code as the path of an inline SVG: our content security policy stops `data:` pictures."""

from dataclasses import dataclass

import qrcode  # type: ignore[import-untyped]


@dataclass(frozen=True)
class QrCode:
    """`path`: the dark squares in a view box of `size` by `size` units, quiet zone included (ISO 18004)."""

    size: int
    path: str


def qr_code(content: str) -> QrCode:
    made = qrcode.QRCode(border=4)
    made.add_data(content)
    made.make(fit=True)
    matrix = made.get_matrix()
    squares = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    return QrCode(len(matrix), "".join(squares))
