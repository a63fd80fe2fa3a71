"""What tests of deploy/ share: its files read and run without the programs that they are for."""
