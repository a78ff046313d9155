//! The resolver alone.
