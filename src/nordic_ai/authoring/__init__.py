"""Help for authors: checks of texts, scaffolds, the JSON Schema, verification against the publications' texts."""
