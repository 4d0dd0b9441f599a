"""The processes that extract: forked from one that has all loaded, limited, and replaced."""
