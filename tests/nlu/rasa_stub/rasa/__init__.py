"""Takes the place of Rasa where tests only need something that behaves like its command line."""
