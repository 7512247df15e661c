"""Sawt's ground floor: what every feature stands on. The application is made by `app.factory`."""
