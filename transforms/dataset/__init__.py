"""Files, commits, index and audit of the dataset. No Beam here."""
