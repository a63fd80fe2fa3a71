"""What is stored: the vocabulary, the tables, and the statements that read and write them."""
