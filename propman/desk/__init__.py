"""What makes a day at the desk of a company bearable: kept filters, sending several reports at once, keys, a board."""
