"""Files to tables: read and check a scenario and its record."""
