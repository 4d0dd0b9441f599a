"""From the bytes of a page to an article: charset, metadata, body. No Beam here."""
