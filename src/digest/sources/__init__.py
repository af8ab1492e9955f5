"""Documents of strangers become stories: bytes in, `Reading` out.

`fetch` is the only place of the whole program that opens outgoing HTTP. Everything that
comes in is limited in size, depth and time, parsed without external entities, and cleaned.
"""
