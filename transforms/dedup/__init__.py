"""Finding articles that repeat others: exact and near-duplicates. No Beam here."""
