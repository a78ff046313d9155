//! A scenario, running: it advances event by event and takes actions at any moment.
