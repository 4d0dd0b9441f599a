"""From the bytes of a page to its outline: charset, one parse, one walk, what it declares."""
