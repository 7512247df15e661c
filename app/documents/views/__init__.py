"""The pages of the library: what everybody reads, and the desk of its keepers."""
