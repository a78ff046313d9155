//! A packet's layers and fields as a tree, gone through by keys.

use super::packet::Lit;
use crate::parts::flag;
use crate::says::packet as words;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};
use wirestage_core::view::reading::{Leaves, Node};
use yew::prelude::*;

/// Layers that are unfolded only when the reader does it.
const FOLDED: [&str; 6] = [
    "eth",
    "ip",
    "ipv6",
    "data-text-lines",
    "data",
    "wirestage.padding",
];

/// The number that an element, or the nearest around it, has in an attribute.
pub fn number_at(target: Option<EventTarget>, name: &str) -> Option<usize> {
    let target = target?.dyn_into::<Element>().ok()?;
    let found = target.closest(&format!("[{name}]")).ok().flatten()?;
    found.get_attribute(name)?.parse().ok()
}

/// Scrolls an element, and nothing else, until a part of it is seen, and not below another.
pub fn keep_in_sight(scroller: &Element, part: &Element, below: Option<&Element>) {
    let (room, part) = (
        scroller.get_bounding_client_rect(),
        part.get_bounding_client_rect(),
    );
    let below = below.map_or(f64::MAX, |below| below.get_bounding_client_rect().top());
    let by = if part.top() < room.top() {
        part.top() - room.top()
    } else {
        (part.bottom() - room.bottom().min(below)).max(0.0)
    };
    #[expect(clippy::cast_possible_truncation, reason = "pixels")]
    let by = by.ceil() as i32;
    if by != 0 {
        scroller.set_scroll_top(scroller.scroll_top() + by);
    }
}

/// What the tree shows.
pub struct Tree<'a> {
    pub read: &'a Rc<Leaves>,
    pub lit: Option<&'a Lit>,
    /// The line that is chosen.
    pub chosen: Option<usize>,
    /// What the reader folded or unfolded, by the names of layers and fields.
    pub folds: &'a UseStateHandle<Vec<(&'static str, bool)>>,
}

impl Tree<'_> {
    fn has_parts(&self, at: usize) -> bool {
        self.read.nodes[at].end > at + 1
    }

    /// Whether a line's own lines are seen: what is chosen always is.
    fn is_open(&self, at: usize) -> bool {
        let node = &self.read.nodes[at];
        let is_inside = |chosen: usize| at < chosen && chosen < node.end;
        if self.chosen.is_some_and(is_inside) {
            return true;
        }
        let name = self.read.filter(node);
        let by_hand = self.folds.iter().find(|(known, _)| *known == name);
        let usual = node.field.is_none() && !FOLDED.contains(&name);
        by_hand.map_or(usual, |(_, open)| *open)
    }

    /// The lines that are seen.
    fn seen(&self) -> Vec<usize> {
        let mut seen = Vec::new();
        let mut at = 0;
        while at < self.read.nodes.len() {
            seen.push(at);
            at = match self.is_open(at) {
                true => at + 1,
                false => self.read.nodes[at].end,
            };
        }
        seen
    }

    /// Folds or unfolds a line.
    fn fold(&self, choose: &Callback<usize>) -> Callback<(usize, bool)> {
        let (folds, read) = (self.folds.clone(), Rc::clone(self.read));
        let (choose, chosen) = (choose.clone(), self.chosen);
        Callback::from(move |(at, open): (usize, bool)| {
            let node = &read.nodes[at];
            let name = read.filter(node);
            let mut all = (*folds).clone();
            all.retain(|(known, _)| *known != name);
            all.push((name, open));
            folds.set(all);
            if !open && chosen.is_some_and(|chosen| at < chosen && chosen < node.end) {
                choose.emit(at);
            }
        })
    }

    /// How many lines stand beside a line, and the how-manieth of them it is.
    fn beside(&self, node: &Node, at: usize) -> (usize, usize) {
        let same = |other: &&Node| other.parent == node.parent;
        let nodes = &self.read.nodes;
        let all = nodes.iter().filter(same).count();
        (all, nodes[..=at].iter().filter(same).count())
    }
}

/// The layers and fields. Told are a line that is chosen, and one that is pointed at.
pub fn tree(
    tree: &Tree,
    node: &NodeRef,
    (choose, point): (&Callback<usize>, &Callback<Option<usize>>),
) -> Html {
    let seen = tree.seen();
    let fold = tree.fold(choose);
    let stop = tree.chosen.unwrap_or(0);
    let lines = seen.iter().map(|at| line(tree, *at, stop));
    let lines: Html = lines.collect();
    let over = {
        let point = point.clone();
        Callback::from(move |event: PointerEvent| {
            point.emit(number_at(event.target(), "data-node"));
        })
    };
    let click = {
        let (fold, choose) = (fold.clone(), choose.clone());
        let open: Vec<(usize, bool)> = (seen.iter().copied())
            .filter(|at| tree.has_parts(*at))
            .map(|at| (at, tree.is_open(at)))
            .collect();
        Callback::from(move |event: MouseEvent| {
            let Some(at) = number_at(event.target(), "data-node") else {
                return;
            };
            choose.emit(at);
            if let Some((_, open)) = open.iter().find(|(known, _)| *known == at) {
                fold.emit((at, !open));
            }
        })
    };
    let focus = {
        let (choose, chosen) = (choose.clone(), tree.chosen);
        Callback::from(move |event: FocusEvent| {
            let at = number_at(event.target(), "data-node");
            if let Some(at) = at.filter(|_| chosen.is_none()) {
                choose.emit(at);
            }
        })
    };
    html! {
        <div id="tree" class="tree m" role="tree" aria-label={words::LAYERS} ref={node.clone()}
            onpointerover={over} onpointerleave={point.reform(|_: PointerEvent| None)}
            onclick={click} onfocusin={focus} onkeydown={keys(tree, seen, choose, &fold)}>
            { lines }
        </div>
    }
}

fn line(tree: &Tree, at: usize, stop: usize) -> Html {
    let node = &tree.read.nodes[at];
    let Some((layer, field)) = tree.read.line(node) else {
        return html! {};
    };
    let open = tree.has_parts(at).then(|| tree.is_open(at));
    let chosen = tree.chosen == Some(at);
    let lit = tree.lit.is_some_and(|lit| lit.node == at);
    let holds_lit =
        open == Some(false) && (tree.lit).is_some_and(|lit| at < lit.node && lit.node < node.end);
    let class = classes!(
        "leaf",
        field.is_none().then_some("layer"),
        (lit || holds_lit).then_some("lit"),
        chosen.then_some("chosen"),
        match node.depth {
            0 => "",
            1 => "in",
            2 => "in-2",
            _ => "in-3",
        },
    );
    let (all, which) = tree.beside(node, at);
    let mark = match open {
        Some(true) => "▾",
        Some(false) => "▸",
        None => "",
    };
    let name = field.map_or(layer.name, |field| field.name);
    html! {
        <div key={at} id={format!("node-{at}")} {class} role="treeitem" data-node={at.to_string()} data-field={tree.read.name(at)}
            tabindex={if at == stop { "0" } else { "-1" }} aria-level={(node.depth + 1).to_string()} aria-selected={flag(chosen)}
            aria-expanded={open.map(flag)} aria-setsize={all.to_string()} aria-posinset={which.to_string()}>
            <span class="mark" aria-hidden="true">{ mark }</span>
            <span class="name">{ name }</span>
            { " " }
            if let Some(field) = field {
                if field.kind.derived { <span class="derived">{ words::DERIVED }</span>{ " " } }
                <span class="value">{ field.value.clone() }</span>
            } else {
                <span class="value">{ layer.summary.clone() }</span>
            }
        </div>
    }
}

/// As trees are gone through: up and down, into and out of what holds parts, by first letters.
fn keys(
    tree: &Tree,
    seen: Vec<usize>,
    choose: &Callback<usize>,
    fold: &Callback<(usize, bool)>,
) -> Callback<KeyboardEvent> {
    let (choose, fold, read) = (choose.clone(), fold.clone(), Rc::clone(tree.read));
    let open: Vec<Option<bool>> = (seen.iter().copied())
        .map(|at| tree.has_parts(at).then(|| tree.is_open(at)))
        .collect();
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let Some(at) = number_at(event.target(), "data-node") else {
            return;
        };
        let Some(place) = seen.iter().position(|seen| *seen == at) else {
            return;
        };
        let key = event.key();
        let to = match (key.as_str(), open[place]) {
            ("ArrowDown", _) | ("ArrowRight", Some(true)) => Some(place + 1),
            ("ArrowUp", _) => place.checked_sub(1),
            ("Home", _) => Some(0),
            ("End", _) => Some(seen.len() - 1),
            ("ArrowRight", Some(false)) | ("Enter" | " ", Some(_)) => {
                fold.emit((at, open[place] == Some(false)));
                None
            }
            ("ArrowLeft", Some(true)) => {
                fold.emit((at, false));
                None
            }
            ("ArrowLeft", _) => {
                let parent = read.nodes[at].parent;
                seen.iter().position(|seen| Some(*seen) == parent)
            }
            ("ArrowRight" | "Enter" | " ", None) => None,
            (letter, _) => match by_letter(&read, &seen, place, letter) {
                None => return,
                to => to,
            },
        };
        event.prevent_default();
        if let Some(to) = to.and_then(|place| seen.get(place)) {
            choose.emit(*to);
            let line = crate::browser::document().get_element_by_id(&format!("node-{to}"));
            if let Some(line) = line.and_then(|line| line.dyn_into::<HtmlElement>().ok()) {
                let _ = line.focus();
            }
        }
    })
}

/// The next line whose name begins so.
fn by_letter(read: &Leaves, seen: &[usize], place: usize, letter: &str) -> Option<usize> {
    let letter = letter
        .chars()
        .next()
        .filter(|c| letter.len() == 1 && c.is_ascii_alphabetic())?;
    let begins = |place: &usize| {
        let line = read.line(&read.nodes[seen[*place]]);
        let name = line.map_or("", |(layer, field)| field.map_or(layer.name, |f| f.name));
        name.starts_with([letter.to_ascii_uppercase(), letter.to_ascii_lowercase()])
    };
    let after = (place + 1..seen.len()).chain(0..=place);
    after.into_iter().find(begins)
}
