"""What moderators read, by noun: what waits, what a decision needs, the public log, the banned phrases, the places."""
