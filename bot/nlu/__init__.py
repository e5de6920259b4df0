"""Text of one trainee turn → the set of dialogue acts, with spans, confidence and the values heard."""
