"""The command line, a file for each command; what a command does lies in resolvers/."""
