"""A question comes in, is routed to an agency, and is answered."""
