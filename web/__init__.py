"""What answers over HTTP: pages, the JSON API, and the probes of whoever watches."""
