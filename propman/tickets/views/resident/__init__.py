"""The pages of whoever reports a fault: by a label's code, by a secret link, with an account."""
