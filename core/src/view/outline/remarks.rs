//! Rows of what the network says of itself, in the words of every view.

use super::rows::Maker;
use super::{Row, Stroke, What};
use crate::base::headers::Tcp;
use crate::base::{ConnId, FrameId, Icmp, IcmpSays, Unreachable};
use crate::timeline::{Event, Remark};
use crate::view::words::{about, error};

impl Maker<'_> {
    /// What an event tells of where no program speaks.
    pub(super) fn network(&self, row: &mut Row, event: Event) {
        match self.timeline.remark(&event) {
            Some(Remark::Icmp(icmp)) => {
                self.addressed(row, event);
                icmp_row(row, &icmp);
            }
            Some(Remark::Reset) => {
                self.addressed(row, event);
                row.short = "RST".into();
                row.text = "resets the connection".into();
                row.meaning = "refuses in the name of the one who was asked".into();
                row.reference = "RFC 9293 §3.5.2";
                row.label.clone_from(&row.short);
            }
            Some(Remark::OpensAgain(conn)) => self.opens_again(row, event, conn),
            Some(Remark::LinkDown) => self.link(row, event, "goes down"),
            Some(Remark::LinkUp) => self.link(row, event, "comes up again"),
            Some(Remark::HostDown) => power(
                row,
                "goes off",
                "goes off: whoever speaks to it gets no answer",
            ),
            Some(Remark::HostUp) => power(
                row,
                "comes up again",
                "comes up again, with what lies on its disk and nothing else",
            ),
            None => self.forgets(row, event),
        }
    }

    fn addressed(&self, row: &mut Row, event: Event) {
        row.what = What::Network;
        row.carrier = Some(FrameId(event.arg));
        row.to = self.timeline.addressee(&event);
    }

    fn opens_again(&self, row: &mut Row, event: Event, conn: ConnId) {
        let frame = FrameId(event.arg);
        self.on(row, conn);
        row.what = What::Network;
        row.stroke = Stroke::Housekeeping;
        row.carrier = Some(frame);
        let answers = Tcp::read(self.timeline.bytes(frame)).is_some_and(|tcp| tcp.ack.is_some());
        row.short = if answers {
            "SYN-ACK again"
        } else {
            "SYN again"
        }
        .into();
        row.label.clone_from(&row.short);
        row.text = "sends it again".into();
        row.meaning = "no answer came; it asks once more".into();
        row.reference = "RFC 6298 §5";
    }

    fn link(&self, row: &mut Row, event: Event, what: &str) {
        let link = &self.timeline.links()[event.arg as usize];
        row.to = Some(link.ends[1]);
        row.short = "link".into();
        row.label = format!("the link {} {what}", link.name);
        row.text.clone_from(&row.label);
        row.meaning = match what {
            "goes down" => "nothing gets across any more".into(),
            _ => "packets get across again".into(),
        };
    }

    fn forgets(&self, row: &mut Row, event: Event) {
        let Some(flow) = self.timeline.forgotten(&event) else {
            return;
        };
        row.what = What::Network;
        row.short = "forgets".into();
        row.label = format!("forgets {} → {}", flow.from, flow.to);
        row.text.clone_from(&row.label);
        row.meaning = "nothing was said for too long; its table has no such row now".into();
        row.reference = "RFC 5382 §5";
    }
}

/// A host goes off, or comes up again.
fn power(row: &mut Row, what: &str, meaning: &str) {
    row.what = What::Power;
    let sign = if what == "goes off" { "✕ " } else { "▲ " };
    row.short = [sign, what].concat();
    row.label.clone_from(&row.short);
    row.text = what.into();
    row.meaning = meaning.into();
}

fn icmp_row(row: &mut Row, icmp: &Icmp) {
    let v4 = icmp.to.is_ipv4();
    let pick = |four, six| if v4 { four } else { six };
    match icmp.says {
        IcmpSays::EchoRequest(number) | IcmpSays::EchoReply(number) => {
            row.short = "echo reply".into();
            row.label = format!("echo reply {number}");
            row.text.clone_from(&row.label);
            row.meaning = "gives the same bytes back".into();
            row.reference = pick("RFC 792", "RFC 4443 §4.2");
        }
        IcmpSays::Error(why, of) => {
            row.short = error(why).into();
            row.label.clone_from(&row.short);
            row.text = format!("{}{}", row.short, about(of));
            row.meaning = meaning(why).into();
            row.reference = match why {
                Unreachable::HopLimit => pick("RFC 792", "RFC 4443 §3.3"),
                Unreachable::TooBig => pick("RFC 1191 §4", "RFC 4443 §3.2"),
                _ => pick("RFC 792", "RFC 4443 §3.1"),
            };
        }
    }
}

fn meaning(why: Unreachable) -> &'static str {
    match why {
        Unreachable::Net => "knows no way to that network",
        Unreachable::Host => "the next node on the way does not answer",
        Unreachable::Port => "it arrived, but nobody listens at that port",
        Unreachable::Prohibited => "a firewall's rule forbids it",
        Unreachable::HopLimit => "it has passed as many routers as it may",
        Unreachable::TooBig => "too big for the next link, and not to be cut",
    }
}
