//! Stories of POP3: what is read, what is answered, and the five laws.
