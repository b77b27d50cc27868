"""The chain between need and yuan, the audit folder and the log's pages."""
