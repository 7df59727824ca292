"""Reading of published feeds, whoever wrote them."""
