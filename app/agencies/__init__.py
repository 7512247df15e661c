"""Government bodies: names, officials, office hours, working calendars, holidays."""
