"""Boards and topics: public talk that needs no draft. Officials answer, and one answer can be marked as official."""
