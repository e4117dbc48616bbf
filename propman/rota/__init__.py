"""Who of an organisation is reachable when. Nobody being reachable is shown and told, and never refuses a report."""
