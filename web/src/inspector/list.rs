//! A list of rows of which one is chosen: keeps that one in view with three rows around it, and
//! makes only the rows that are seen where there are many.

use std::cell::RefCell;
use std::ops::Range;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Rows that are kept in view before and after the one that is chosen.
const MARGIN: usize = 3;
/// Rows that are made beyond what is seen, so that scrolling finds them.
const BEYOND: usize = 5;
/// The tallest an element may be: browsers differ, and the least take 17 million pixels.
const TALLEST: f64 = 12_000_000.0;
/// A row's height until it was measured.
const GUESS: f64 = 44.0;

/// What a row shows: its classes and what stands in it.
pub type Row = (Classes, Html);

#[derive(Properties, PartialEq)]
pub struct Props {
    pub id: &'static str,
    /// What it is a list of.
    pub label: &'static str,
    pub count: usize,
    /// The row that is chosen.
    pub here: Option<usize>,
    /// All rows are of one height, and only those are made that are seen.
    pub fixed: bool,
    /// More rows may come, and nothing moves for them.
    pub grows: bool,
    pub row: Callback<usize, Row>,
    pub choose: Callback<usize>,
}

/// The list.
pub struct List {
    scroller: NodeRef,
    spacer: NodeRef,
    window: NodeRef,
    /// In pixels: how far it is scrolled, how much is seen, how high a row is.
    top: f64,
    room: f64,
    row: f64,
    /// The row that was brought into view last.
    brought: Option<Brought>,
    /// How far it is to be scrolled for what was drawn.
    ahead: Option<f64>,
    slots: RefCell<Slots>,
}

/// What a row was brought into view for: itself, the count of rows, and how they are made.
type Brought = (Option<usize>, usize, bool);

/// What happens to the list.
pub enum Told {
    /// It was scrolled.
    Scrolled,
    /// Other rows are seen than were made.
    Draw,
}

impl Component for List {
    type Message = Told;
    type Properties = Props;

    fn create(_: &Context<Self>) -> Self {
        Self {
            scroller: NodeRef::default(),
            spacer: NodeRef::default(),
            window: NodeRef::default(),
            top: 0.0,
            room: 600.0,
            row: GUESS,
            brought: None,
            ahead: None,
            slots: RefCell::default(),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, told: Told) -> bool {
        let before = self.seen(ctx.props());
        self.look();
        let other = before != self.seen(ctx.props());
        matches!(told, Told::Draw) || ctx.props().fixed && other
    }

    /// Where another row is chosen, it is known before anything is drawn how far the list is to be
    /// scrolled: what will be seen then is drawn at once.
    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.fixed && self.brought.is_some() && self.brought != Some(brought(props)) {
            self.ahead = self.wanted(props);
            self.top = self.ahead.unwrap_or(self.top);
        }
        props != old
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let made = self.made(props);
        let active = props.here.filter(|here| made.contains(here));
        let active = active.map(|here| format!("{}-{here}", props.id));
        let slots = self.slots(props, &made);
        let rows = made.map(|index| option(props, index, slots.of(index)));
        html! {
            <div id={props.id} class={classes!("list", props.fixed.then_some("fixed"))} ref={self.scroller.clone()}
                role="listbox" aria-label={props.label} aria-activedescendant={active} tabindex="0"
                onscroll={ctx.link().callback(|_| Told::Scrolled)} onkeydown={self.keys(props)} onclick={chosen(props)}>
                <div class="spacer" role="presentation" ref={self.spacer.clone()}>
                    <div class="window" role="presentation" ref={self.window.clone()}>{ rows.collect::<Html>() }</div>
                </div>
            </div>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        let props = ctx.props();
        let before = self.seen(props);
        if let Some(top) = self.ahead.take() {
            self.lay(props);
            self.scroll_to(top);
        }
        self.measure(props);
        self.look();
        self.lay(props);
        let wanted = Some(brought(props));
        if self.brought != wanted && props.count > 0 {
            self.brought = wanted;
            self.bring(props);
            self.look();
            self.lay(props);
        }
        if props.fixed && before != self.seen(props) {
            ctx.link().send_message(Told::Draw);
        }
    }
}

impl List {
    /// How many pixels of rows a pixel of the scroll bar stands for: one, but for huge lists.
    fn scale(&self, props: &Props) -> f64 {
        (px(props.count) * self.row / TALLEST).max(1.0)
    }

    /// The rows that are seen.
    fn seen(&self, props: &Props) -> Range<usize> {
        let from = whole(self.top * self.scale(props) / self.row);
        let from = from.min(props.count);
        from..(from + whole(self.room / self.row) + 2).min(props.count)
    }

    /// The rows that are made.
    fn made(&self, props: &Props) -> Range<usize> {
        if !props.fixed {
            return 0..props.count;
        }
        let seen = self.seen(props);
        seen.start.saturating_sub(BEYOND)..(seen.end + BEYOND).min(props.count)
    }

    /// Where these rows stand.
    fn slots(&self, props: &Props, made: &Range<usize>) -> Slots {
        let many = if props.fixed {
            whole(self.room / self.row) + 2 + 2 * BEYOND
        } else {
            0
        };
        let slots = self.slots.borrow().then(many, made);
        self.slots.replace(slots.clone());
        slots
    }

    fn measure(&mut self, props: &Props) {
        let window = self.window.cast::<HtmlElement>();
        let first = window.and_then(|window| window.first_element_child());
        let height = first.map_or(0.0, |row| row.get_bounding_client_rect().height());
        if props.fixed && height > 1.0 {
            self.row = height;
        }
    }

    fn look(&mut self) {
        if let Some(scroller) = self.scroller.cast::<HtmlElement>() {
            self.top = f64::from(scroller.scroll_top());
            self.room = f64::from(scroller.client_height()).max(1.0);
        }
    }

    /// Puts the rows that are made where they belong.
    fn lay(&self, props: &Props) {
        if !props.fixed {
            return;
        }
        let all = (px(props.count) * self.row).min(TALLEST);
        let hidden = self.top * (self.scale(props) - 1.0);
        let down = px(self.made(props).start) * self.row - hidden;
        set(&self.spacer, "height", all);
        set(&self.window, "top", down);
    }

    /// Scrolls the list, and nothing else, so that the chosen row is seen.
    fn bring(&self, props: &Props) {
        if let Some(wanted) = self.wanted(props) {
            self.scroll_to(wanted);
        }
    }

    fn scroll_to(&self, top: f64) {
        if let Some(scroller) = self.scroller.cast::<HtmlElement>() {
            #[expect(clippy::cast_possible_truncation, reason = "pixels")]
            scroller.set_scroll_top(top as i32);
        }
    }

    /// How far it is to be scrolled so that the chosen row is seen; none where it is.
    fn wanted(&self, props: &Props) -> Option<f64> {
        let here = props.here?;
        let last = props.count.checked_sub(1)?;
        let (from, to) = (here.saturating_sub(MARGIN), (here + MARGIN).min(last));
        let (above, _) = self.extent(props, from)?;
        let (_, below) = self.extent(props, to)?;
        let (top, bottom) = self.extent(props, here)?;
        let third = self.room / 3.0;
        let (above, below) = (above.max(top - third), below.min(bottom + third));
        let now = self.top;
        let wanted = if above < now {
            above
        } else if below > now + self.room {
            // What is higher than the room is seen from its top.
            (below - self.room).min(above.max(top - third))
        } else {
            return None;
        };
        Some(wanted.max(0.0).floor())
    }

    /// Top and bottom of a row, in pixels of the scroll bar.
    fn extent(&self, props: &Props, index: usize) -> Option<(f64, f64)> {
        if props.fixed {
            let scale = self.scale(props);
            let top = px(index) * self.row / scale;
            return Some((top, top + self.row / scale));
        }
        let rows = self.window.cast::<HtmlElement>()?.children();
        let row = rows.item(u32::try_from(index).ok()?)?;
        let list = self.scroller.cast::<HtmlElement>()?;
        let rect = row.get_bounding_client_rect();
        let top = rect.top() - list.get_bounding_client_rect().top() + self.top;
        Some((top, top + rect.height()))
    }

    /// The choice goes with the keys.
    fn keys(&self, props: &Props) -> Callback<KeyboardEvent> {
        let (choose, here, count) = (props.choose.clone(), props.here, props.count);
        let page = whole(self.room / self.row).max(2) - 1;
        Callback::from(move |event: KeyboardEvent| {
            if count == 0 || event.ctrl_key() || event.alt_key() || event.meta_key() {
                return;
            }
            let last = count - 1;
            let to = match (event.key().as_str(), here) {
                ("ArrowDown", None) | ("Home", _) => 0,
                ("ArrowUp", None) | ("End", _) => last,
                ("ArrowDown", Some(at)) => (at + 1).min(last),
                ("ArrowUp", Some(at)) => at.saturating_sub(1),
                ("PageDown", at) => (at.unwrap_or(0) + page).min(last),
                ("PageUp", at) => at.unwrap_or(0).saturating_sub(page),
                _ => return,
            };
            event.prevent_default();
            choose.emit(to);
        })
    }
}

/// The places in which rows stand: what one showed shows the next that comes to stand there.
#[derive(Clone, Default)]
struct Slots {
    /// How many there are, none where each row has its own, and the row that stands in the first.
    many: usize,
    from: usize,
    /// The rows that stand in them.
    made: Range<usize>,
}

impl Slots {
    /// With other rows. Those that are made again stay where they are; where there are none, each
    /// place takes the row that stands as far from the top, so that none has to move.
    fn then(&self, many: usize, made: &Range<usize>) -> Self {
        let is_far = made.start >= self.made.end || made.end <= self.made.start;
        let from = if many == 0 || self.many != many {
            0
        } else if is_far {
            (made.start + many - self.of(self.made.start)) % many
        } else {
            self.from
        };
        Self {
            many,
            from,
            made: made.clone(),
        }
    }

    /// Which of them a row stands in.
    fn of(&self, row: usize) -> usize {
        match self.many {
            0 => row,
            many => (row + many - self.from) % many,
        }
    }
}

fn brought(props: &Props) -> Brought {
    let count = if props.grows { 0 } else { props.count };
    (props.here, count, props.fixed)
}

fn option(props: &Props, index: usize, slot: usize) -> Html {
    let (class, inside) = props.row.emit(index);
    let on = props.here == Some(index);
    html! {
        <div key={slot} id={format!("{}-{index}", props.id)} class={classes!("option", class)} role="option" data-index={index.to_string()}
            aria-selected={crate::parts::flag(on)} aria-posinset={(index + 1).to_string()} aria-setsize={props.count.to_string()}>
            { inside }
        </div>
    }
}

fn chosen(props: &Props) -> Callback<MouseEvent> {
    let choose = props.choose.clone();
    Callback::from(move |event: MouseEvent| {
        if let Some(index) = super::tree::number_at(event.target(), "data-index") {
            choose.emit(index);
        }
    })
}

fn set(node: &NodeRef, name: &str, value: f64) {
    if let Some(element) = node.cast::<HtmlElement>() {
        let text = format!("{}px", whole(value.max(0.0)));
        let _ = element.style().set_property(name, &text);
    }
}

fn px(count: usize) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "fewer rows than 2⁵³")]
    let count = count as f64;
    count
}

fn whole(value: f64) -> usize {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the part before the point"
    )]
    let whole = value as usize;
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places in which rows stand, from above.
    fn places(slots: &Slots) -> Vec<usize> {
        slots.made.clone().map(|row| slots.of(row)).collect()
    }

    #[test]
    fn rows_that_are_made_again_stay_where_they_are() {
        let first = Slots::default().then(5, &(0..5));
        assert_eq!(places(&first), [0, 1, 2, 3, 4]);
        let next = first.then(5, &(2..7));
        assert_eq!(places(&next), [2, 3, 4, 0, 1]);
        assert_eq!(places(&next.then(5, &(0..5))), [0, 1, 2, 3, 4]);
    }

    #[test]
    fn far_away_no_row_has_to_move() {
        let near = Slots::default().then(5, &(0..5)).then(5, &(2..7));
        for far in [7..12, 1000..1005, 998..1003, 9_999..10_002] {
            let far = near.then(5, &far);
            assert_eq!(places(&far), places(&near)[..far.made.len()]);
        }
        let back = near.then(5, &(1000..1005)).then(5, &(0..2));
        assert_eq!(places(&back), [2, 3]);
    }

    #[test]
    fn where_all_rows_are_made_each_has_its_own_place() {
        let none = Slots::default().then(0, &(0..0));
        assert_eq!(places(&none.then(0, &(0..3))), [0, 1, 2]);
    }

    #[test]
    fn each_row_has_a_place_of_its_own_after_any_way() {
        let mut slots = Slots::default();
        for start in [0, 3, 700, 699, 5, 40_000, 39_998, 0, 4] {
            slots = slots.then(7, &(start..start + 7));
            let mut places = places(&slots);
            places.sort_unstable();
            assert_eq!(places, [0, 1, 2, 3, 4, 5, 6]);
        }
    }
}
