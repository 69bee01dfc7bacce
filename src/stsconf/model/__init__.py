"""What a promise, a record, a finding and a verdict are: plain data, no I/O, no clock."""
