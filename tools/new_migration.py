"""Write the migration between the newest revision and the models: `new_migration.py "Add boards"`.

The file is dated and named by intent; read it before you commit it.
"""

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from alembic import command  # noqa: E402

from app.core import migrations  # noqa: E402
from app.factory import create_app  # noqa: E402
from config import read_settings  # noqa: E402


def main(message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        create_app(read_settings(ENV="test", INSTANCE=Path(folder), JOBS="inline"))
        migrations.upgrade()
        number = f"{datetime.now(UTC):%Y_%m_%d_%H%M%S}"
        command.revision(migrations.config(), message=message, autogenerate=True, rev_id=number)


if __name__ == "__main__":
    main(sys.argv[1])
