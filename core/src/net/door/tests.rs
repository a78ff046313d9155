use crate::base::{HostId, Time};
use crate::live::tests::{joined, plan};

#[test]
fn two_runs_joined_at_their_doors_are_one_network() {
    // Given Ada's run, in which somebody else is the server, and another, in which somebody
    // else is the laptop.
    let mut ada = plan("ftp-download", "server");
    let mut server = plan("ftp-download", "laptop");
    // When each is the other's outside.
    ada.begin_story(Time::ZERO);
    joined(&mut ada, &mut server, Time(20_000_000_000));
    // Then the file arrives.
    let outcomes = ada.timeline().outcomes();
    assert!(outcomes.iter().all(|outcome| outcome.ok), "{outcomes:?}");
    assert!(outcomes.iter().any(|o| o.code == Some(226)), "{outcomes:?}");
    assert_eq!(ada.stand_in().host, HostId::from_index(1));
}
