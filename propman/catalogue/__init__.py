"""Rules as dated rows with their source: categories, clocks, routing, emergency numbers, calendar, settings."""
