"""Tables in and out, for any room: XLSX and CSV read into typed cells with their addresses, and written inert."""
