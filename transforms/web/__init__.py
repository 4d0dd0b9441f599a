"""Polite and safe fetching: addresses, robots.txt, pacing, redirects, bodies. No Beam here."""
