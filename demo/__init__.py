"""A synthetic county: files as senders would have delivered them, made from one seed. Nothing here stores anything."""
