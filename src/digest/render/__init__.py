"""An edition becomes mail: Jinja2, MJML, inlined HTML, a text part of its own, pictures, lint."""
