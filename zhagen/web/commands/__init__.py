"""Commands that need the database; `zhagen.web.manage` lists them."""
