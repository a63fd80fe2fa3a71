"""What is kept: the vocabulary, the tables, and the statements that read and write them."""
