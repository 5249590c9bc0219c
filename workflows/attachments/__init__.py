"""Files that people give: looked at before they are kept, kept in the database, given back as they came."""
