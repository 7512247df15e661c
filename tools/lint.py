"""Run every check of the code and its texts to the end and say which failed. Runs inside .venv."""

import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent

CHECKS: dict[str, tuple[str, ...]] = {
    "style": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "types": ("mypy",),
    "import contracts": ("lint-imports",),
    "catalogues": ("python", "-m", "tools.check_catalogues"),
    "templates": ("djlint", "--lint", "--quiet", "app", "participation", "feedback"),
    "dependencies": ("deptry", "."),
}


def passes(name: str, program: str, *args: str) -> bool:
    started = time.monotonic()
    done = subprocess.run([BIN / program, *args], capture_output=True, text=True)
    verdict = "ok" if done.returncode == 0 else "FAILED"
    print(f"{name}: {verdict} ({time.monotonic() - started:.0f} s)", flush=True)
    if done.returncode:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0


def main(wanted: list[str]) -> int:
    """Run the checks of these names, or all."""
    chosen = wanted or list(CHECKS)
    unknown = set(chosen) - set(CHECKS)
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are: {', '.join(CHECKS)}", file=sys.stderr)
        return 2
    failed = [name for name in chosen if not passes(name, *CHECKS[name])]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
