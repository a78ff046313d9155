//! Charts of the run's connections, and of what all of it weighs; tables in their place.

use super::Props;
use super::packet::{to_packet, use_again};
use super::tree::number_at;
use crate::drawing;
use crate::model::{Msg, Show};
use crate::parts::{Tell, flag, says};
use crate::says::desk;
use crate::width::use_width;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlSelectElement};
use wirestage_core::base::{FrameId, Time};
use wirestage_core::view::charts::{
    Ask, Chart, ChartKind, Frame, Gathered, Series, Table, TableRow, draw, draw_bars, table,
    weighed,
};
use wirestage_core::view::draw::letters::Sizes;
use yew::prelude::*;

/// Events that are gone through before the page is drawn again.
const AT_ONCE: usize = 8_000;
/// The most rows of a table.
const ROWS: usize = 200;
const HEIGHT: f64 = 320.0;
const EDGE: f64 = 0.0;

/// The charts.
#[component]
pub fn Charts(props: &Props) -> Html {
    let Props { show, tell, .. } = props;
    let ask = props.looks.chart;
    let node = use_node_ref();
    let width = use_width(&node);
    let gathered = use_memo(Rc::clone(show), |show| {
        RefCell::new(Gathered::new(show.timeline()))
    });
    let over = gathered.borrow_mut().go_on(show.timeline(), AT_ONCE);
    use_again(!over);
    let chart = {
        let seen = gathered.borrow();
        if !over {
            html! { <p class="note" role="status">{ desk::reading(seen.percent(show.timeline())) }</p> }
        } else if ask.kind == ChartKind::Weight {
            weight(props, &seen, width)
        } else {
            html! { <Curves show={Rc::clone(show)} {ask} gathered={Held(Rc::clone(&gathered))} place={props.place} {width} as_table={props.looks.as_table} tell={tell.clone()} /> }
        }
    };
    html! {
        <div class="charts" ref={node}>
            <div class="desk-bar">
                <div class="seg" role="group" aria-label={desk::CHARTS}>
                    { ChartKind::ALL.map(|kind| of_kind(kind, ask, tell)).into_iter().collect::<Html>() }
                </div>
                if over { { connections(show, &gathered.borrow(), ask, tell) } }
            </div>
            <h2>{ ask.kind.label() }</h2>
            <p class="desk-about">{ ask.kind.about() }{ " " }<span class="reference">{ ask.kind.reference() }</span></p>
            { chart }
            <p class="desk-bar">
                <button id="as-table" class="btn" aria-pressed={flag(props.looks.as_table)} onclick={says(tell, Msg::AsTable(!props.looks.as_table))}>{ desk::AS_TABLE }</button>
                <button id="save-chart" class="btn" onclick={says(tell, Msg::SaveChart)}>{ desk::SAVE_CHART }</button>
            </p>
        </div>
    }
}

fn of_kind(kind: ChartKind, ask: Ask, tell: &Tell) -> Html {
    let next = Ask { kind, ..ask };
    html! {
        <button data-chart={kind.word()} aria-pressed={flag(kind == ask.kind)} onclick={says(tell, Msg::Chart(next))}>{ kind.label() }</button>
    }
}

/// Which connection, and who speaks on it.
fn connections(show: &Show, gathered: &Gathered, ask: Ask, tell: &Tell) -> Html {
    let lines = &show.outline.connections;
    if lines.is_empty() {
        return html! {};
    }
    let is_weight = ask.kind == ChartKind::Weight;
    let chosen = gathered.choose(ask);
    let shown = match (is_weight, ask.connection) {
        (true, number) => number,
        (false, _) => chosen.and_then(|(talk, _)| u32::try_from(talk + 1).ok()),
    };
    let name = |host| show.timeline().node(host).name.clone();
    let option = |number: u32| {
        let line = &lines[number as usize - 1];
        let to = line.to.map_or_else(String::new, name);
        let text = desk::line(number, &name(line.from), &to, line.purpose);
        html! { <option value={number.to_string()} selected={shown == Some(number)}>{ text }</option> }
    };
    let onchange = {
        let tell = tell.clone();
        Callback::from(move |event: Event| {
            let select: Option<HtmlSelectElement> = event.target().and_then(|t| t.dyn_into().ok());
            let number = select.and_then(|select| select.value().parse().ok());
            // 0 stands for all packets.
            let number = number.filter(|number| *number > 0);
            tell.emit(Msg::Chart(Ask {
                connection: number,
                side: None,
                ..ask
            }));
        })
    };
    let count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    html! {
        <>
            <label class="desk-pick">
                { desk::CONNECTION }
                <select id="chart-connection" {onchange}>
                    if is_weight { <option value="0" selected={shown.is_none()}>{ desk::ALL_PACKETS }</option> }
                    { (1..=count).map(option).collect::<Html>() }
                </select>
            </label>
            if let Some((talk, side)) = chosen.filter(|_| !is_weight) {
                { sides(show, ask, (talk, side), tell) }
            }
        </>
    }
}

fn sides(show: &Show, ask: Ask, (talk, side): (usize, usize), tell: &Tell) -> Html {
    let line = &show.outline.connections[talk];
    let Some(to) = line.to else {
        return html! {};
    };
    let one = |index: usize, host| {
        let next = Ask {
            connection: u32::try_from(talk + 1).ok(),
            side: Some(index),
            ..ask
        };
        html! {
            <button aria-pressed={flag(index == side)} onclick={says(tell, Msg::Chart(next))}>
                { show.timeline().node(host).name.clone() }
            </button>
        }
    };
    html! {
        <div class="seg" role="group" aria-label={desk::SPEAKS}>{ one(0, line.from) }{ one(1, to) }</div>
    }
}

/// What was gathered is the same as long as it is the same run's.
#[derive(Clone, Debug)]
pub struct Held(Rc<RefCell<Gathered>>);

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct CurvesProps {
    show: Rc<Show>,
    ask: Ask,
    gathered: Held,
    place: wirestage_core::view::outline::Place,
    width: i32,
    as_table: bool,
    tell: Tell,
}

/// A chart against time.
#[component]
fn Curves(props: &CurvesProps) -> Html {
    let key = (props.gathered.clone(), props.ask);
    let series = use_memo((key, Rc::clone(&props.show)), |((gathered, ask), show)| {
        Series::of(&gathered.0.borrow(), show.timeline(), *ask).map(Rc::new)
    });
    // The item that keys have come to, and the one that is pointed at.
    let cursor = use_state_eq(|| None::<usize>);
    let over = use_state_eq(|| None::<usize>);
    let window = use_state_eq(|| None::<(Time, Time)>);
    {
        let (cursor, over, window) = (cursor.setter(), over.setter(), window.setter());
        use_effect_with((props.ask, Rc::clone(&props.show)), move |_| {
            cursor.set(None);
            over.set(None);
            window.set(None);
        });
    }
    let Some(series) = (*series).as_ref() else {
        return html! { <p class="note">{ desk::NO_CONNECTION }</p> };
    };
    if series.items.is_empty() {
        return html! { <p class="note">{ desk::NOTHING_DRAWN }</p> };
    }
    let shown = props.show.outline.shown(props.place);
    let timeline = props.show.timeline();
    let here = (!shown.is_empty()).then(|| {
        let id = wirestage_core::base::EventId::from_index(shown.start);
        timeline.event(id).time
    });
    if props.as_table {
        return rows(&table(series, ROWS), series.items.len(), &props.tell);
    }
    let at = over.or(*cursor).filter(|at| *at < series.items.len());
    let chart = draw(
        series,
        &Frame {
            size: (f64::from(props.width.max(240)), HEIGHT),
            edge: EDGE,
            sizes: sizes(),
            here,
            cursor: at,
            window: *window,
        },
    );
    let start = cursor.unwrap_or_else(|| here.map_or(0, |time| series.at(time)));
    let spoken = match at {
        Some(at) => series.says(at),
        None => desk::spoken(&series.title, desk::CHART_KEYS),
    };
    let goes = goes(props, series);
    let leave = {
        let over = over.setter();
        Callback::from(move |_: PointerEvent| over.set(None))
    };
    html! {
        <>
            <p class="desk-title">{ series.title.clone() }</p>
            <svg id="chart" class="drawing" width={drawing::number(chart.drawing.width)} height={drawing::number(chart.drawing.height)}
                role="application" aria-roledescription={desk::CHART} aria-label={desk::spoken(&chart.drawing.title, &spoken)} tabindex="0"
                onkeydown={keys(series, start, (cursor.setter(), window.setter(), *window), &goes)}
                onpointermove={points(series, &chart, over.setter())} onpointerleave={leave}
                onclick={clicks(series, &chart, cursor.setter(), &goes)}>
                { drawing::shapes(&chart.drawing.shapes) }
            </svg>
            <p class="desk-says m" aria-hidden="true">{ spoken }</p>
        </>
    }
}

/// Goes to the step of an item.
fn goes(props: &CurvesProps, series: &Rc<Series>) -> Callback<usize> {
    let (tell, series) = (props.tell.clone(), Rc::clone(series));
    Callback::from(move |at: usize| {
        if let Some(frame) = series.items.get(at).and_then(|item| item.frame) {
            tell.emit(Msg::Choose(Some(frame)));
        }
    })
}

type Window = Option<(Time, Time)>;

/// From item to item, to their steps, nearer and further away.
fn keys(
    series: &Series,
    at: usize,
    (cursor, window, now): (
        UseStateSetter<Option<usize>>,
        UseStateSetter<Window>,
        Window,
    ),
    goes: &Callback<usize>,
) -> Callback<KeyboardEvent> {
    let last = series.items.len() - 1;
    let at = at.min(last);
    let (whole, time) = (series.span(), series.items[at].time);
    let goes = goes.clone();
    let page = (last / 20).max(1);
    Callback::from(move |event: KeyboardEvent| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
            return;
        }
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1).min(last),
            "ArrowLeft" => at.saturating_sub(1),
            "PageDown" => (at + page).min(last),
            "PageUp" => at.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "Enter" => {
                event.prevent_default();
                return goes.emit(at);
            }
            key @ ("+" | "=" | "-" | "−" | "0") => {
                event.prevent_default();
                return window.set(zoomed(key, now, whole, time));
            }
            _ => return,
        };
        event.prevent_default();
        cursor.set(Some(to));
    })
}

/// Half as much time around a moment, twice as much, or all.
fn zoomed(key: &str, now: Window, whole: (Time, Time), around: Time) -> Window {
    let (from, to) = now.unwrap_or(whole);
    let length = to.since(from).0;
    let wanted = match key {
        "+" | "=" => (length / 2).max(10_000),
        "0" => return None,
        _ => length.saturating_mul(2),
    };
    if wanted >= whole.1.since(whole.0).0 {
        return None;
    }
    let last = whole.1.0 - wanted;
    let from = around.0.saturating_sub(wanted / 2).max(whole.0.0).min(last);
    Some((Time(from), Time(from + wanted)))
}

/// The item below a pointer.
fn item_at(series: &Rc<Series>, chart: &Chart) -> impl Fn(&MouseEvent) -> Option<usize> + use<> {
    let chart = Chart {
        drawing: wirestage_core::view::draw::Drawing::default(),
        ..*chart
    };
    let series = Rc::clone(series);
    move |event: &MouseEvent| {
        if let Some(packet) = number_at(event.target(), "data-packet") {
            let frame = Some(FrameId::from_index(packet));
            return series.items.iter().position(|item| item.frame == frame);
        }
        let target = event.target()?.dyn_into::<Element>().ok()?;
        let svg = target.closest("svg").ok().flatten()?;
        let left = svg.get_bounding_client_rect().left();
        let time = chart.time_at(f64::from(event.client_x()) - left);
        let next = series.items.partition_point(|item| item.time < time);
        let before = next.saturating_sub(1);
        let item = |at: usize| series.items.get(at);
        let nearer = |at: &usize| item(*at).map_or(u64::MAX, |i| i.time.0.abs_diff(time.0));
        [before, next].into_iter().min_by_key(nearer)
    }
}

fn points(
    series: &Rc<Series>,
    chart: &Chart,
    over: UseStateSetter<Option<usize>>,
) -> Callback<PointerEvent> {
    let at = item_at(series, chart);
    Callback::from(move |event: PointerEvent| over.set(at(&event)))
}

fn clicks(
    series: &Rc<Series>,
    chart: &Chart,
    cursor: UseStateSetter<Option<usize>>,
    goes: &Callback<usize>,
) -> Callback<MouseEvent> {
    let (at, goes) = (item_at(series, chart), goes.clone());
    Callback::from(move |event: MouseEvent| {
        if let Some(at) = at(&event) {
            cursor.set(Some(at));
            goes.emit(at);
        }
    })
}

/// What all packets weigh, or those of a connection.
fn weight(props: &Props, gathered: &Gathered, width: i32) -> Html {
    let weighed = weighed(gathered, props.looks.chart.connection);
    let decoded = (weighed.decoded > 0)
        .then(|| html! { <p class="desk-about">{ desk::decoded(weighed.decoded) }</p> });
    let all = Table::of_weight(&weighed);
    if props.looks.as_table {
        let count = all.rows.len();
        return html! { <>{ rows(&all, count, &props.tell) }{ decoded }</> };
    }
    let title = ChartKind::Weight.label();
    let size = (f64::from(width.max(240)), EDGE);
    let drawn = draw_bars(&weighed, title, size, sizes());
    let tell = props.tell.clone();
    let choose = Callback::from(move |event: MouseEvent| {
        if let Some(packet) = number_at(event.target(), "data-packet") {
            tell.emit(Msg::Choose(Some(FrameId::from_index(packet))));
        }
    });
    let spoken: Vec<String> = weighed
        .parts
        .iter()
        .map(|share| desk::share(share.part.label(), share.bytes))
        .collect();
    html! {
        <>
            <svg id="chart" class="drawing" width={drawing::number(drawn.width)} height={drawing::number(drawn.height)}
                role="img" aria-label={desk::shares(title, &spoken)} onclick={choose}>
                { drawing::shapes(&drawn.shapes) }
            </svg>
            { decoded }
        </>
    }
}

/// A chart as a table, each row going to its packet.
fn rows(table: &Table, all: usize, tell: &Tell) -> Html {
    let row = |row: &TableRow| {
        let cells = row.cells.iter().zip(&table.head).map(|(cell, head)| {
            let leads = head.contains("acket");
            match row.frame.filter(|_| leads && !cell.is_empty()) {
                Some(frame) => html! { <td>{ to_packet(tell, frame.0 + 1, cell.clone()) }</td> },
                None => html! { <td>{ cell.clone() }</td> },
            }
        });
        html! { <tr>{ cells.collect::<Html>() }</tr> }
    };
    let head = table.head.iter();
    html! {
        <>
            if table.each > 1 { <p class="aside">{ desk::each(table.rows.len(), table.each, all) }</p> }
            <div class="desk-table" role="region" aria-label={desk::AS_TABLE} tabindex="0">
                <table id="chart-table" class="m">
                    <thead><tr>{ head.map(|word| html! { <th scope="col">{ *word }</th> }).collect::<Html>() }</tr></thead>
                    <tbody>{ table.rows.iter().map(row).collect::<Html>() }</tbody>
                </table>
            </div>
        </>
    }
}

/// As large as the reader wants letters.
fn sizes() -> Sizes {
    let root = crate::browser::document().document_element();
    let size = root.and_then(|root| root.get_attribute("data-size"));
    match size.as_deref() {
        Some("large") => Sizes::LARGE,
        _ => Sizes::DESK,
    }
}
