"""What follows from the evidence: observations, statistics, changes, comparability, the audit."""
