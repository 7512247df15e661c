"""What each page and act costs, beside a bare floor of the same shape measured in the same minute."""
