"""Which blocks of a page are its article, what kind of page it is, and the row. No Beam here."""
