"""Records, schema, identities, settings and errors that every area shares. No Beam here."""
