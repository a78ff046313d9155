//! Stories of a mail program and a mail server on one ideal network.
