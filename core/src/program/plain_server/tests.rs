//! Plain servers over the ideal network.
