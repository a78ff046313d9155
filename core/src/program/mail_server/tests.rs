//! Stories of a mail server, told by clients that know exactly what they say.
