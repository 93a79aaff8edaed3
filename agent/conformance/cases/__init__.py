"""Cases that others wrote: read from their files, each a probe of behaviour."""
