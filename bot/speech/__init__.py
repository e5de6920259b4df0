"""The speech room: hearing (voice activity, turn ends, recognition), speaking, and the models for both."""
