"""The demo country: invented agencies, people and cases in both languages; loaded only with ENV=demo."""
