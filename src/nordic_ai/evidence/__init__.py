"""What a publication says: reading strictly, the model and its rules, loading, corrections, glossary, citation."""
