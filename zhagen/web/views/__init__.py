"""Views of the site: front page, desks, language."""
