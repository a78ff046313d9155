//! Keys, a mouse and a finger, as the system would deliver them.

use super::Browser;
use serde_json::{Value, json};

/// A key by its name in WebDriver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// →
    Right,
    /// ←
    Left,
    /// ↑
    Up,
    /// ↓
    Down,
    /// Home
    Home,
    /// End
    End,
    /// Page up: Back on a presenter's remote.
    PageUp,
    /// Page down: Next on a presenter's remote.
    PageDown,
    /// Tab
    Tab,
    /// Enter
    Enter,
    /// Escape
    Escape,
    /// A letter, a digit, a sign.
    Char(char),
}

impl Key {
    fn code(self) -> char {
        match self {
            Self::Right => '\u{e014}',
            Self::Left => '\u{e012}',
            Self::Up => '\u{e013}',
            Self::Down => '\u{e015}',
            Self::Home => '\u{e011}',
            Self::End => '\u{e010}',
            Self::PageUp => '\u{e00e}',
            Self::PageDown => '\u{e00f}',
            Self::Tab => '\u{e004}',
            Self::Enter => '\u{e007}',
            Self::Escape => '\u{e00c}',
            Self::Char(letter) => letter,
        }
    }
}

const SHIFT: char = '\u{e008}';

impl Browser {
    /// Presses a key and lets it go.
    pub fn key(&self, key: Key) {
        self.keys(&[key.code()], &[]);
    }

    /// Presses a key while Shift is held.
    pub fn shift_key(&self, key: Key) {
        self.keys(&[key.code()], &[SHIFT]);
    }

    /// Types a text into whatever has the focus.
    pub fn type_text(&self, text: &str) {
        let letters: Vec<char> = text.chars().collect();
        self.keys(&letters, &[]);
    }

    fn keys(&self, keys: &[char], held: &[char]) {
        let stroke = |kind: &str, key: char| json!({ "type": kind, "value": key.to_string() });
        let mut strokes: Vec<Value> = Vec::new();
        strokes.extend(held.iter().map(|key| stroke("keyDown", *key)));
        for key in keys {
            strokes.push(stroke("keyDown", *key));
            strokes.push(stroke("keyUp", *key));
        }
        strokes.extend(held.iter().map(|key| stroke("keyUp", *key)));
        let source = json!({ "type": "key", "id": "keyboard", "actions": strokes });
        self.post("actions", &json!({ "actions": [source] }));
    }

    /// Clicks the middle of the first element of a selector, after it has been scrolled into
    /// sight. Panics where there is none, or where another covers it.
    pub fn click(&self, selector: &str) {
        let script = "const element = document.querySelector(arguments[0]);
            if (!element) return 'is not there';
            element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
            // A link over two lines has its middle beside it.
            const b = element.getClientRects()[0] ?? element.getBoundingClientRect();
            if (!b.width || !b.height) return 'has no size';
            const at = [b.x + b.width / 2, b.y + b.height / 2];
            const top = document.elementFromPoint(...at);
            if (!top || !(element.contains(top) || top.contains(element)))
              return 'is covered by ' + (top ? top.outerHTML.slice(0, 120) : 'nothing: off screen');
            return at;";
        let at = self.eval_with(script, &json!([selector]));
        let [x, y] = [0, 1].map(|i| at.get(i).and_then(Value::as_f64));
        let (Some(x), Some(y)) = (x, y) else {
            panic!("cannot click `{selector}` at {}: it {at}", self.address());
        };
        self.click_at(x, y);
    }

    /// Clicks a point of the window.
    pub fn click_at(&self, x: f64, y: f64) {
        self.pointer("mouse", &[(x, y)]);
    }

    /// Lays a finger on a point, moves it to another, and lifts it.
    pub fn swipe(&self, from: (f64, f64), to: (f64, f64)) {
        let part = |k: f64| (from.0 + (to.0 - from.0) * k, from.1 + (to.1 - from.1) * k);
        self.pointer("touch", &[from, part(0.3), part(0.6), to]);
    }

    /// Down at the first point, along the others, up at the last.
    fn pointer(&self, kind: &str, points: &[(f64, f64)]) {
        let go = |(x, y): (f64, f64)| {
            json!({
                "type": "pointerMove", "duration": 0, "origin": "viewport",
                "x": x.round(), "y": y.round(),
            })
        };
        let mut actions = vec![go(points[0]), json!({ "type": "pointerDown", "button": 0 })];
        actions.extend(points[1..].iter().map(|point| go(*point)));
        actions.push(json!({ "type": "pointerUp", "button": 0 }));
        let source = json!({
            "type": "pointer", "id": kind, "parameters": { "pointerType": kind },
            "actions": actions,
        });
        self.post("actions", &json!({ "actions": [source] }));
    }
}
