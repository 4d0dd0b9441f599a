"""Reading what news comes in: feeds, sitemaps, lists, tables, archives. No Beam, no network."""
