"""Rules of buying: what a plan and a notice must hold, the service terms, the sealed envelope."""
