"""Who a caller is and what it may do: credentials, rights, rates; it knows no storage."""
