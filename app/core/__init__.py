"""What has no domain words at all: database, events, jobs, permissions, languages, text, time."""
