"""Every change of the policy lab's own records."""
