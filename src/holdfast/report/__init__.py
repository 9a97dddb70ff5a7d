"""Results to files: tables, figures and the static report."""
