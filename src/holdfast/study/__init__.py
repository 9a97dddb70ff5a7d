"""The questions a user asks; the only room that introduces the others."""
