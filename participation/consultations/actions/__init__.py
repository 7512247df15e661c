"""Everything that changes a consultation, by who does it: those who prepare it, and those who take part."""
