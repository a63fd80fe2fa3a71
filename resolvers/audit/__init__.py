"""Whether totals and scores are what rows say, and putting right what is not."""
