"""The transaction that reads a batch, has it judged and writes it; no rules of recording."""
