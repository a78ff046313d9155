//! The page of a session: what it asks for to follow it.

use crate::fault::Fault;
use crate::serve::{self, Follow};
use std::net::TcpListener;
use std::process::Child;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wirestage_core::base::Time;
use wirestage_core::live::{Journal, Plan};

/// A longer journal is too much for a page to follow.
const MOST_BYTES: usize = 64 << 20;

/// So much of it is handed out at once.
const PIECE: usize = 1 << 20;

/// A page that asked so lately is still open.
const LATELY: Duration = Duration::from_secs(2);
/// It is given so much time to hear the end.
const PATIENCE: Duration = Duration::from_secs(2);

/// The page's address and what belongs to it, before the namespaces are entered.
pub struct Opened {
    listener: TcpListener,
    browser: Option<Child>,
}

impl Opened {
    /// Binds the address and opens the browser.
    pub fn at(port: u16, open: bool) -> Result<Self, Fault> {
        let (listener, address) = serve::listen_for_page(port)?;
        let address = format!("{address}#/live");
        crate::print(&format!("{address}\n"))?;
        let browser = open.then(|| serve::start_browser(&address)).flatten();
        Ok(Self { listener, browser })
    }

    /// Serves it, in threads of its own.
    pub fn serve(self, plan: &Plan) -> Result<Page, Fault> {
        if let Some(browser) = self.browser {
            serve::wait_for_browser(browser);
        }
        let shared = Arc::new(Shared {
            plan: serde_json::to_vec(plan).expect("plain values"),
            state: Mutex::default(),
            heard: Condvar::new(),
        });
        let follow: Arc<dyn Follow> = shared.clone();
        serve::follow(self.listener, follow)?;
        Ok(Page { shared })
    }
}

/// A page that follows.
pub struct Page {
    shared: Arc<Shared>,
}

struct Shared {
    plan: Vec<u8>,
    state: Mutex<State>,
    heard: Condvar,
}

#[derive(Default)]
struct State {
    journal: Journal,
    too_long: bool,
    /// When somebody asked last, and how far they have heard.
    asked: Option<(Instant, usize)>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Page {
    /// Writes into the journal.
    pub fn write(&self, entry: impl FnOnce(&mut Journal)) {
        let mut state = self.shared.state();
        if state.too_long {
            return;
        }
        entry(&mut state.journal);
        if state.journal.bytes().len() > MOST_BYTES {
            state.too_long = true;
            state.journal = Journal::default();
        }
    }

    /// Writes down that it is over, and lets who follows hear it.
    pub fn finish(self, at: Time) {
        self.write(|journal| journal.over(at));
        let until = Instant::now() + PATIENCE;
        let mut state = self.shared.state();
        loop {
            let follows = |(at, heard): (Instant, usize)| {
                at.elapsed() < LATELY && heard < state.journal.bytes().len()
            };
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() || !state.asked.is_some_and(follows) {
                return;
            }
            let waited = self.shared.heard.wait_timeout(state, left.min(LATELY / 10));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

impl Follow for Shared {
    fn plan(&self) -> Vec<u8> {
        self.plan.clone()
    }

    fn journal(&self, from: usize) -> Option<Vec<u8>> {
        let mut state = self.state();
        state.asked = Some((Instant::now(), from));
        self.heard.notify_all();
        if state.too_long {
            return None;
        }
        let rest = state.journal.bytes().get(from..).unwrap_or_default();
        Some(rest[..rest.len().min(PIECE)].to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared() -> Arc<Shared> {
        Arc::new(Shared {
            plan: b"{}".to_vec(),
            state: Mutex::default(),
            heard: Condvar::new(),
        })
    }

    #[test]
    fn a_page_hears_all_in_pieces_and_the_end_keeps_nobody_waiting() {
        let shared = shared();
        let page = Page {
            shared: Arc::clone(&shared),
        };
        let begun = Instant::now();
        page.write(|journal| journal.frame(Time(5), &[7; 2 * PIECE]));
        let first = shared.journal(0).unwrap();
        assert_eq!(first.len(), PIECE);
        let follower = Arc::clone(&shared);
        let following = std::thread::spawn(move || {
            let mut heard = first.len();
            loop {
                let piece = follower.journal(heard).unwrap();
                heard += piece.len();
                if piece.is_empty() && heard > 2 * PIECE + 13 {
                    return heard;
                }
            }
        });
        page.finish(Time(9));
        assert_eq!(following.join().unwrap(), 2 * PIECE + 13 + 13);
        assert!(begun.elapsed() < PATIENCE);
    }

    #[test]
    fn too_long_a_session_is_no_longer_followed() {
        let shared = shared();
        let page = Page {
            shared: Arc::clone(&shared),
        };
        for at in 0..9 {
            assert_eq!(shared.journal(0).is_some(), at < 8, "{at}");
            page.write(|journal| journal.frame(Time(at), &vec![0; MOST_BYTES / 8]));
        }
        assert_eq!(shared.journal(0), None);
        assert!(
            shared.state().journal.bytes().is_empty(),
            "it takes no room"
        );
    }
}
