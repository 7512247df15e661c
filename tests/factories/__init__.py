"""One valid thing per line, of the small cast that every test knows."""
