"""The customer as a pure, seeded state machine over goals and facts."""
