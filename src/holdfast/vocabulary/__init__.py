"""Words, types, priors and dice. Imports nothing of ours."""
