"""Documents as they come in and go out, checked by pydantic; nothing here touches the database."""
