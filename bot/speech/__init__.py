"""The speech room: hearing (voice activity, turn ends, recognition) and speaking (synthesis), and the models for both."""
