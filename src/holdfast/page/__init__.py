"""The page: one document that is served live or stands alone, and the server of the live one.

Nothing is imported here: a run writes its report without loading a server.
"""
