"""What stands in for Rasa's own package in tests of its process: `rasa` beside this file."""
