"""The 2021 call of Montpellier, played by an invented cast, from its opening to its last closed grant."""
