"""Whether the library is still what was published: texts against their digests, files against theirs."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.core import audit, db, uploads
from app.core.errors import Missing
from app.documents import manifest, queries
from app.documents.models import DocumentFile, Version


@dataclass
class Report:
    """What was checked, and a line for each thing that differs, naming it."""

    versions: int = 0
    files: int = 0
    differences: list[str] = field(default_factory=list)


def verify() -> Report:
    """Every published version and every file of one.

    The digest of a version stands in its row and in the record of acts, which is sealed in a chain: changing the
    text, its digest or both is seen.
    """
    report = Report()
    recorded = _recorded()
    for version in queries.all_published():
        report.versions += 1
        if (fault := _fault_of(version, recorded)) is not None:
            report.differences.append(f"{_name(version)}: {fault}")
        for file in queries.files_of([version.id]):
            report.files += 1
            if (fault := _fault_in(file)) is not None:
                report.differences.append(f"{_name(version)}, file {file.name}: {fault}")
    report.differences += list(_faults_of_heads())
    if (entry := audit.first_broken()) is not None:
        report.differences.append(f"the record of acts is broken at entry {entry}")
    return report


def _name(version: Version) -> str:
    document = version.document
    return f"{document.kind}/{document.year}/{document.number} version {version.number} ({version.language})"


def _recorded() -> dict[tuple[str, int, str], str]:
    """Digests as they were recorded when each version was published."""
    entries = db.session().scalars(audit.entries("document.publish"))
    return {
        (entry.subject_id, entry.details["number"], entry.details["language"]): entry.details["digest"]
        for entry in entries
    }


def _faults_of_heads() -> Iterator[str]:
    """Each signed day: the signature, whose it is, and whether the library still is what was signed."""
    for head in queries.manifest_heads():
        day = head.day.isoformat()
        if not manifest.is_signed(day, head.root, head.public_key, head.signature):
            yield f"manifest of {day}: the signature does not fit"
        elif head.public_key != manifest.own_public_key():
            yield f"manifest of {day}: signed by key {head.key_id}, which is not ours"
        elif manifest.root_of(queries.manifest_lines(head.day)) != head.root:
            yield f"manifest of {day}: the library of that day is not the one that was signed"


def _fault_of(version: Version, recorded: dict[tuple[str, int, str], str]) -> str | None:
    if queries.digest_of(version) != version.digest:
        return "the text is not the one that was published"
    if recorded.get((str(version.document_id), version.number, version.language)) != version.digest:
        return "its digest is not the one that was recorded"
    return None


def _fault_in(file: DocumentFile) -> str | None:
    try:
        stored = uploads.by_public_id(file.file_public_id)
        with uploads.content(stored) as content:
            digest = hashlib.sha256(content.read()).hexdigest()
    except (Missing, FileNotFoundError):
        return "is gone"
    return None if digest == file.sha256 else "its content differs"
