"""One typed function an indicator, on frozen rows; `registry.INDICATORS` lists them."""
