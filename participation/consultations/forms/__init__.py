"""What officials fill in to prepare a consultation, and what people fill in to take part in it."""
