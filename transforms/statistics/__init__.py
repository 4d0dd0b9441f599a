"""What is in a dataset, as numbers: from its log, its ledger, and few columns of its files."""
