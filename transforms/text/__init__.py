"""Text: cleaning, credits, language, measures, places and keywords. Plain Python, no Beam."""
