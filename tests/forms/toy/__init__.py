"""A form that does not exist, and what is built with it in a copy of the project to which its one file is added."""
