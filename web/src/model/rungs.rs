//! How the reader wants the ladder: a change is one of those that undo takes back.

use super::{Address, Effect, Model, Motion};
use crate::says::ladder as says;
use wirestage_core::view::ladder::{Noise, Pace, Rungs};

/// A change of the ladder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Folds a kind of noise away, or shows it.
    Noise(Noise),
    /// Folds all noise away that the run has, or shows all.
    AllNoise,
    /// Leaves a connection out, or shows it.
    Connection(u32),
    /// Shows all connections.
    AllConnections,
    /// Time by steps or to scale.
    Time(Pace),
    /// The other of the two.
    OtherTime,
    /// Larger, or smaller where it is false.
    Zoom(bool),
    /// All as it usually is.
    Usual,
}

impl Model {
    /// Changes the ladder.
    pub(super) fn set_rung(&mut self, rung: Rung) -> Vec<Effect> {
        let Some(show) = self.show.clone() else {
            return Vec::new();
        };
        let old = &self.address.rungs;
        let rungs = match rung {
            Rung::Noise(noise) => old.with_noise(noise),
            Rung::AllNoise => Rungs {
                folded: if old.folded.is_empty() {
                    Rungs::kinds(show.timeline(), &show.outline)
                        .into_iter()
                        .collect()
                } else {
                    Default::default()
                },
                ..old.clone()
            },
            Rung::Connection(number) => old.with_connection(number),
            Rung::AllConnections => Rungs {
                hidden: Default::default(),
                ..old.clone()
            },
            Rung::Time(pace) => Rungs {
                pace,
                ..old.clone()
            },
            Rung::OtherTime => Rungs {
                pace: match old.pace {
                    Pace::Steps => Pace::Scale,
                    Pace::Scale => Pace::Steps,
                },
                ..old.clone()
            },
            Rung::Zoom(larger) => Rungs {
                zoom: old.zoom.next(larger).unwrap_or(old.zoom),
                ..old.clone()
            },
            Rung::Usual => Rungs::default(),
        };
        if rungs == *old {
            return Vec::new();
        }
        if self.live.is_none() {
            self.past.push(self.address.clone());
            self.future.clear();
        }
        self.spoken = says::stands(&rungs);
        self.address.rungs = rungs;
        // The ladder is laid anew: the step is looked for in it again.
        self.motion = Motion {
            serial: self.motion.serial.wrapping_add(1),
            forward: false,
        };
        if self.address.scenario.is_some() && self.live.is_none() {
            self.settings.last = Some(self.address.fragment());
        }
        vec![Effect::Write { push: false }]
    }

    /// What undo brings back. Where the ladder alone was otherwise the reader stays at the place.
    pub(super) fn kept_in_place(&self, address: Address) -> Address {
        if address.same_run(&self.address) && address.rungs != self.address.rungs {
            return Address {
                rungs: address.rungs,
                ..self.address.clone()
            };
        }
        address
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{open, tell};
    use super::super::{Model, Msg};
    use super::*;

    fn change(model: &mut Model, rung: Rung) {
        tell(model, Msg::Rung(rung));
    }

    #[test]
    fn the_ladder_is_changed_undone_and_done_again_where_the_reader_is() {
        let mut model = open("#/ftp-download?at=3");
        change(&mut model, Rung::Noise(Noise::Handshakes));
        change(&mut model, Rung::Zoom(true));
        change(&mut model, Rung::OtherTime);
        tell(&mut model, Msg::Next);
        let fragment = "#/ftp-download?at=4&noise=handshakes&time=scale&zoom=125";
        assert_eq!(model.address.fragment(), fragment);
        assert_eq!(Address::read(fragment), model.address);
        for left in ["&noise=handshakes&zoom=125", "&noise=handshakes", ""] {
            tell(&mut model, Msg::Undo);
            assert_eq!(
                model.address.fragment(),
                ["#/ftp-download?at=4", left].concat()
            );
        }
        for _ in 0..3 {
            tell(&mut model, Msg::Redo);
        }
        assert_eq!(model.address.fragment(), fragment);
    }

    #[test]
    fn a_knob_leaves_the_ladder_as_it_is_and_so_does_a_reset() {
        let mut model = open("#/ftp-download?at=3&hide=2");
        let turned = Msg::Turn {
            knob: "mode".into(),
            value: "active".into(),
        };
        tell(&mut model, turned);
        assert_eq!(model.address.rungs.pairs(), [("hide", "2".to_owned())]);
        tell(&mut model, Msg::Reset);
        assert_eq!(model.address.fragment(), "#/ftp-download?hide=2");
        tell(&mut model, Msg::Undo);
        assert!(model.address.fragment().contains("mode=active&at="));
    }

    #[test]
    fn what_cannot_be_changed_further_is_not_undone_either() {
        let mut model = open("#/ftp-download");
        change(&mut model, Rung::Zoom(false));
        change(&mut model, Rung::Usual);
        assert!(model.past.is_empty());
        for _ in 0..9 {
            change(&mut model, Rung::Zoom(true));
        }
        assert_eq!(model.past.len(), 4);
        change(&mut model, Rung::AllNoise);
        assert_eq!(
            model.address.fragment(),
            "#/ftp-download?noise=handshakes,acks&zoom=200"
        );
        change(&mut model, Rung::AllNoise);
        change(&mut model, Rung::Usual);
        assert_eq!(model.address.fragment(), "#/ftp-download");
        assert_eq!(
            Address::read("#/x?noise=,what&hide=0,a&time=now&zoom=3").rungs,
            Rungs::default()
        );
    }
}
