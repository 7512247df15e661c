"""Who is told what: notices in the site and by e-mail, each exactly once."""
