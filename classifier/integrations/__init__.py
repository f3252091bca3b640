"""Other libraries taught to load what osdlint trains; each module names the extra that it needs."""
