"""The home page and the figures; the only reader of all features' queries."""
