"""The numeric side: worlds for the demo and the proofs. No Django."""
