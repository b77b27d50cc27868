"""The study in the lab: its mechanisms, the facts a build must reproduce, and the closed forms it must equal."""
