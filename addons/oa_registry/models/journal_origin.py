"""Where the controllers put what the journal says about the client: in the cursor's cache, as a context could be sent by the client."""

ADDRESS_KEY = "oa_registry.address"
SESSION_KEY = "oa_registry.session"
DOWNLOAD_KEY = "oa_registry.download"
