//! What the page says in its console, and what it asks of the network.

use super::Browser;
use serde_json::{Value, json};

impl Browser {
    /// All errors and warnings in the console since the last time: the page's own, and the
    /// browser's about it (a file that is missing, a rule of its policy broken).
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let entries = self.entries("browser");
        let grave = |entry: &&Value| matches!(entry["level"].as_str(), Some("SEVERE" | "WARNING"));
        let texts = entries.iter().filter(grave);
        texts
            .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The address of each request since the last time, whatever it was for.
    #[must_use]
    pub fn requests(&self) -> Vec<String> {
        let entries = self.entries("performance");
        let asked = entries.iter().filter_map(request_in);
        // The browser's own pages, which no page of the web can reach.
        asked.filter(|to| !to.starts_with("chrome:")).collect()
    }

    fn entries(&self, log: &str) -> Vec<Value> {
        let entries = self.driver.post("se/log", &json!({ "type": log }));
        let entries = entries.unwrap_or_default();
        entries.as_array().cloned().unwrap_or_default()
    }
}

/// An entry carries an event of the debugging protocol as text.
fn request_in(entry: &Value) -> Option<String> {
    let event: Value = serde_json::from_str(entry["message"].as_str()?).ok()?;
    let event = &event["message"];
    let address = match event["method"].as_str()? {
        "Network.requestWillBeSent" => &event["params"]["request"]["url"],
        "Network.webSocketCreated" => &event["params"]["url"],
        _ => return None,
    };
    address.as_str().map(str::to_owned)
}
