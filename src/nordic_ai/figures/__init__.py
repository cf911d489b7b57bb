"""Charts of observations: builders, captions, the figure object and its formats."""
