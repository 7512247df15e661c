"""Indexes for what pages ask

Counts of the inbox, figures of the home page, and who looked at a case each read a whole table; the inbox sorted
all cases of an agency to show 25. The index on the state of all agencies together served nobody better.

Revision: 2026_11_25_094500, after 2026_11_25_093000
"""

from alembic import op

revision = "2026_11_25_094500"
down_revision = "2026_11_25_093000"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_cases_counts", "cases", ["agency_id", "is_open", "state", "assignee_id"]),
    ("ix_cases_opened", "cases", ["opened_at", "answered_at"]),
    ("ix_cases_answered", "cases", ["answered_at"]),
    ("ix_case_events_author_id", "case_events", ["author_id"]),
    ("ix_identity_looks_subject", "identity_looks", ["subject_kind", "subject_id", "at"]),
)


def upgrade() -> None:
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)
    op.drop_index("ix_cases_state", "cases")


def downgrade() -> None:
    op.create_index("ix_cases_state", "cases", ["state"])
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
