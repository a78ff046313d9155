//! Stories of SMTP: what is read, what is answered, and the five laws.
