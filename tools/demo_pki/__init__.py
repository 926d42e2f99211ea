"""The demo's certificates: build.py makes keys, certificates and tokens; serve.py answers OCSP, CRL and timestamps."""
