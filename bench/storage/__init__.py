"""Recording and importing, beside the statements that they end in alone."""
