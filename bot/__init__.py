"""The customer: content, language understanding, dialogue, speech, and the call that wires them."""
