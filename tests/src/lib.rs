//! What the whole-system tests share: programs that are not ours, and folders to work in.
