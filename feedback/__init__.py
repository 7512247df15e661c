"""Upper floor: people ask and complain."""
