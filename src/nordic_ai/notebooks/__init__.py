"""Running chapters: execution, recordings, kernels, and what outputs depend on."""
