"""Settings, urls, base templates, the desks, the public portal and the demo."""
