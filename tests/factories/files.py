"""Files as people and attackers send them, made in memory."""

import io
import struct
import zipfile
import zlib
from typing import Any

import pikepdf
import pillow_heif
from PIL import Image, PngImagePlugin

CANARY = "Canary-Author-8f31"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = CANARY  # description, artist
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825).update({1: "N", 2: (25.0, 12.0, 30.0), 3: "E", 4: (55.0, 16.0, 0.0), 29: CANARY})
    return exif


def _picture() -> Image.Image:
    return Image.linear_gradient("L").resize((64, 48)).convert("RGB")


def jpeg() -> bytes:
    out = io.BytesIO()
    _picture().save(out, "JPEG", exif=_exif(), comment=CANARY.encode())
    return out.getvalue()


def png() -> bytes:
    told, out = PngImagePlugin.PngInfo(), io.BytesIO()
    told.add_text("Author", CANARY)
    _picture().convert("RGBA").save(out, "PNG", pnginfo=told, exif=_exif())
    return out.getvalue()


def webp() -> bytes:
    out = io.BytesIO()
    _picture().save(out, "WEBP", exif=_exif())
    return out.getvalue()


def gif(comment: bytes = CANARY.encode()) -> bytes:
    out = io.BytesIO()
    _picture().convert("P").save(out, "GIF", comment=comment)
    return out.getvalue()


def heic() -> bytes:
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    _picture().save(out, "HEIF", exif=_exif().tobytes())
    return out.getvalue()


def png_bomb(side: int = 15_000) -> bytes:
    """Some kilobytes that unpack to `side` squared pixels of one bit."""
    row = b"\0" * (side // 8 + 1)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", pixels), (b"IEND", b""))
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def png_text_bomb() -> bytes:
    """A small picture with a text of 200 MB."""
    whole = png()
    text = b"Comment\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    chunk = struct.pack(">I", len(text)) + b"zTXt" + text + struct.pack(">I", zlib.crc32(b"zTXt" + text))
    return whole[:33] + chunk + whole[33:]


def pdf(**encryption: Any) -> bytes:
    """One page with an author, scripts, an embedded file, a photo with GPS and a note with its writer."""
    document = pikepdf.new()
    page = document.add_blank_page()
    document.docinfo["/Author"] = CANARY
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = [CANARY]
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=f"app.alert('{CANARY}')")
    document.Root.OpenAction = document.make_indirect(script)
    document.attachments["x.exe"] = pikepdf.AttachedFileSpec(
        document, CANARY.encode(), filename=f"{CANARY}.exe"
    )
    photo = document.make_stream(
        jpeg(), Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=64, Height=48
    )
    photo.ColorSpace, photo.BitsPerComponent = pikepdf.Name.DeviceRGB, 8
    photo.Filter = pikepdf.Name.DCTDecode
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=photo))
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F=f"{CANARY}.exe")
    note = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Text,
        Rect=[0, 0, 9, 9],
        T=CANARY,
        Contents="stays",
        A=launch,
    )
    page.Annots = pikepdf.Array([document.make_indirect(note)])
    page.AA = pikepdf.Dictionary(O=script)
    out = io.BytesIO()
    document.save(out, **encryption)
    return out.getvalue()


def locked_pdf() -> bytes:
    return pdf(encryption=pikepdf.Encryption(owner="o", user="u"))


def pdf_bomb(is_picture: bool = False) -> bytes:
    """A stream of 194 KB that unpacks to 200 MB."""
    document = pikepdf.new()
    page = document.add_blank_page()
    packed = zlib.compress(b"\0" * 200_000_000, 9)
    stream = pikepdf.Stream(document, b"")
    stream.write(packed, filter=pikepdf.Name.FlateDecode)
    if is_picture:
        stream.Subtype, stream.Width, stream.Height = pikepdf.Name.Image, 20_000, 20_000
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=stream))
    else:
        page.Contents = stream
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf_object_stream_bomb() -> bytes:
    """The reader itself must unpack 200 MB before it knows one object."""
    packed = zlib.compress(b"1 0 " + b" " * 200_000_000 + b"<</Type/Catalog>>", 9)
    body = b"%PDF-1.5\n"
    objects = [
        b"2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed) + packed
    ]
    at = len(body)
    body += objects[0] + b"\nendstream endobj\n"
    table = struct.pack(">BIH", 0, 0, 0) + struct.pack(">BIH", 2, 2, 0) + struct.pack(">BIH", 1, at, 0)
    table += struct.pack(">BIH", 1, len(body), 0)
    head = b"3 0 obj<</Type/XRef/Size 4/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return body + head + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(body)


Parts = dict[str, str | bytes]

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCX: Parts = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": f"<Relationships {R}/>",
    "word/document.xml": f'<w:document {W}><w:ins w:author="{CANARY}"><w:t>نص الشكوى</w:t></w:ins>'
    "</w:document>",
    "word/settings.xml": f'<w:settings {W} xmlns:r="r"><w:attachedTemplate r:id="rId1"/></w:settings>',
    "word/_rels/settings.xml.rels": f"<Relationships {R}>"
    f'<Relationship Id="rId1" Type="{OFFICE}/attachedTemplate" '
    f'Target="file:///C:/Users/{CANARY}/Normal.dotm" TargetMode="External"/></Relationships>',
    "word/_rels/document.xml.rels": f'<Relationships {R}><Relationship Id="rId2" Type="{OFFICE}/hyperlink" '
    'Target="https://example.org/" TargetMode="External"/></Relationships>',
    "docProps/core.xml": f'<a xmlns:dc="d"><dc:creator>{CANARY}</dc:creator></a>',
    "docProps/app.xml": f"<Properties><Company>{CANARY}</Company></Properties>",
    "word/media/image1.jpeg": jpeg(),
    "word/media/image2.png": png(),
}
XLSX: Parts = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": "<workbook/>",
    "xl/comments1.xml": f"<comments><authors><author>{CANARY}</author></authors>"
    "<text>stays</text></comments>",
    "docProps/core.xml": f"<a>{CANARY}</a>",
}
ODT: Parts = {
    "mimetype": "application/vnd.oasis.opendocument.text",
    "content.xml": f'<office:c xmlns:office="o" xmlns:dc="d"><dc:creator>{CANARY}</dc:creator>'
    "stays</office:c>",
    "meta.xml": f"<a>{CANARY}</a>",
    "Thumbnails/thumbnail.png": png(),
}


def packed(parts: Parts) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in parts.items():
            pack.writestr(name, content)
    return out.getvalue()


def law_docx(*paragraphs: tuple[str, str], more: Parts | None = None) -> bytes:
    """A Word document of paragraphs, each with the name of its style ("" or "Heading1")."""

    def written(style: str, text: str) -> str:
        looks = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{looks}<w:r><w:t>{text}</w:t></w:r></w:p>"

    body = "".join(written(style, text) for style, text in paragraphs)
    package = "http://schemas.openxmlformats.org/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return packed(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
            "_rels/.rels": f'<Relationships {R}><Relationship Id="rId1" Type="{OFFICE}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
            **(more or {}),
        }
    )


def docx(more: Parts | None = None) -> bytes:
    return packed({**DOCX, **(more or {})})
