"""A trajectory as an observer could have counted it, in the shape of the record."""
