"""Applications while somebody writes them: saved as typed, checked at any time, submitted once."""
