"""The command line. Imports lazily: `digest --help` loads Click and nothing else."""
