//! The packets of the run, a line each: all, or those that a filter lets through.

use super::Props;
use super::filter::Sift;
use super::list::{List, Row};
use super::packet::use_again;
use crate::model::{Msg, Show};
use crate::says::packet as words;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::base::visible::visible_line;
use wirestage_core::view::packets::Packet;
use yew::prelude::*;

/// Packets that a filter is asked about before the page is drawn again.
const AT_ONCE: usize = 1_000;

/// The filter, and the list of packets.
#[component]
pub fn Packets(props: &Props) -> Html {
    let Props {
        show, place, looks, ..
    } = props;
    let all = show.timeline().frames().len();
    let sifted = show.sift(&looks.filter, AT_ONCE);
    use_again(sifted.is_some_and(|sifted| !sifted.is_over));
    if all == 0 {
        return html! { <p class="note">{ words::NO_PACKET }</p> };
    }
    let count = match sifted {
        None => words::count(all),
        Some(sifted) if sifted.is_over => words::found(sifted.found, all),
        Some(sifted) => words::so_far(sifted.found, sifted.asked * 100 / all),
    };
    let tell = props.tell.clone();
    html! {
        <>
            <Sift filter={looks.filter.clone()} {count} {tell} />
            { list(props, sifted.map(|sifted| sifted.found), show.outline.seen(*place)) }
        </>
    }
}

/// The packets: all, or so many that were found.
fn list(props: &Props, found: Option<usize>, seen: usize) -> Html {
    let show = &props.show;
    let here = props.packet;
    let count = found.unwrap_or(show.timeline().frames().len());
    if count == 0 {
        return html! { <p class="note">{ words::NONE_FOUND }</p> };
    }
    let at = {
        let show = Rc::clone(show);
        move |line| match found {
            Some(_) => show.sifted(line),
            None => Some(FrameId::from_index(line)),
        }
    };
    let row = {
        let (show, at) = (Rc::clone(show), at.clone());
        Callback::from(move |line| match at(line) {
            Some(id) => row(&show, id, seen, here),
            None => (Classes::new(), html! {}),
        })
    };
    let choose = props.tell.reform(move |line| Msg::Choose(at(line)));
    let line = here.and_then(|id| match found {
        Some(_) => show.line_of(id),
        None => Some(id.index()),
    });
    let grows = show.is_live() || found.is_some();
    html! {
        <List id="packets" label={words::PACKETS} {count} here={line} fixed={true} {grows} {row} {choose} />
    }
}

fn row(show: &Show, id: FrameId, seen: usize, here: Option<FrameId>) -> Row {
    let packet = Packet::of(show.timeline(), &show.outline, id);
    let later = show.outline.sent(id).index() >= seen;
    let class = classes!(
        "packet-row",
        packet.stroke.class(),
        (here == Some(id)).then_some("here"),
        later.then_some("later"),
    );
    let inside = html! {
        <>
            <span class="line">
                <span class="who">
                    <b class="no">{ packet.number }</b>
                    <span class="time">{ packet.time.to_string() }</span>
                    { format!("{} → {}", packet.from, packet.to) }
                </span>
                <span class="end">{ packet.protocol }<span class="length">{ words::length(packet.length) }</span></span>
            </span>
            <span class="info m">
                if let Some(why) = packet.lost {
                    <span class="lost">{ words::lost(&why) }</span>
                }
                { visible_line(&packet.info).into_owned() }
            </span>
        </>
    };
    (class, inside)
}
