"""The frozen types that calculators and everyone above them share."""
