"""Reading a date, whatever it stands in: a page, a feed, a row. Nothing is guessed."""
