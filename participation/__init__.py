"""Upper floor: people talk with government in public, or live."""
