"""People: accounts, sign-in, second factor, sessions, roles, levels of verification, who looked."""
