//! Every packet of the run, a line each.

use super::Props;
use super::list::{List, Row};
use crate::model::{Msg, Show};
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::view::packets::Packet;
use yew::prelude::*;

/// The list of packets.
#[component]
pub fn Packets(props: &Props) -> Html {
    let Props { show, place, .. } = props;
    let count = show.timeline().frames().len();
    if count == 0 {
        return html! { <p class="note">{ "No packet was sent in this run." }</p> };
    }
    let seen = show.outline.seen(*place);
    let here = props.packet;
    let row = {
        let show = Rc::clone(show);
        Callback::from(move |index| row(&show, FrameId::from_index(index), seen, here))
    };
    let choose = props
        .tell
        .reform(|index| Msg::Choose(Some(FrameId::from_index(index))));
    html! {
        <List id="packets" label="Packets, in the order in which they were sent" {count} here={here.map(FrameId::index)} fixed={true} grows={show.is_live()} {row} {choose} />
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
                <b class="no">{ packet.number }</b>
                <span class="time">{ packet.time.to_string() }</span>
                <span class="who">{ packet.from }{ " → " }{ packet.to }</span>
                <span class="protocol">{ packet.protocol }</span>
                <span class="length">{ packet.length }{ " B" }</span>
            </span>
            <span class="info m">
                if let Some(why) = packet.lost {
                    <span class="lost">{ "✕ lost: " }{ why }{ " · " }</span>
                }
                { packet.info }
            </span>
        </>
    };
    (class, inside)
}
