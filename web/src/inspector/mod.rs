//! The inspector: what there is to know about the step, the run and its packets.

use crate::model::{Show, Tab};
use crate::parts::Tell;
use std::rc::Rc;
use wirestage_core::base::FrameId;
use wirestage_core::view::outline::Place;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct Props {
    pub show: Rc<Show>,
    pub place: Place,
    /// The packet whose bytes are shown.
    pub packet: Option<FrameId>,
    pub tab: Tab,
    pub tell: Tell,
}

/// The tabs and the panel that is open.
#[component]
pub fn Inspector(_: &Props) -> Html {
    html! {}
}
