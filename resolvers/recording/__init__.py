"""From a request to a durable verdict, by the rules of the product; it knows no history."""
