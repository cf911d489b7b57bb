"""What a publication says: reading files strictly, the model and its rules, loading, corrections, glossary, citation."""
