//! What frames mean in their connections.
