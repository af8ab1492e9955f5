"""How a person proves who it is: passwords, one-time codes, and what they are kept as."""
