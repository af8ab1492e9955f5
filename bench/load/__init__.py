"""What the benchmarks of sending share: the mail, our sender as a process, and what it is held against."""
