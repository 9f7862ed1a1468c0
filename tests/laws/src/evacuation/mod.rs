//! Whole cells evacuate while clocks step, calls are lost, instances crash and cells disappear. When all is quiet again every
//! desired instance runs, or it is said why not.

mod cell;
mod foundation;

use arbitrary::Arbitrary;
use rivera_model::{ProcessIx, UpdateStrategy};

use self::foundation::Foundation;
use crate::target::{Law, structured};

/// The longest that an event lets pass.
const LONGEST_TICKS: u8 = 150;

/// A foundation, and what happens to it.
#[derive(Debug, Arbitrary)]
pub struct Evacuation {
    /// Room of each cell, in containers.
    rooms: [u8; 3],
    /// Instances of each process, and whether the old one goes first.
    processes: [(u8, bool); 2],
    events: Vec<Event>,
}

#[derive(Debug, Arbitrary)]
enum Event {
    /// Time passes, in steps of five seconds.
    Pass(u8),
    Evacuate(u8),
    /// The machine of a cell is gone, without a drain.
    Lose(u8),
    /// The update of a cell fails: it does not come back.
    Fail(u8),
    /// A container ends by itself.
    Crash(u8, u8),
    /// That many calls to the BBS do not arrive.
    LoseCalls(u8),
    /// That many calls to the BBS arrive, but their answers do not.
    LoseAnswers(u8),
    /// That many requests of the BBS, to the auctioneer and to cells, do not arrive.
    LoseRequests(u8),
    Scale(u8, u8),
    RemoveDesired(u8),
    Desire(u8, u8, bool),
}

impl Law for Evacuation {
    const NAME: &str = "evacuation";

    fn read(bytes: &[u8]) -> Option<Self> {
        structured(bytes)
    }

    fn check(self) {
        let mut foundation = Foundation::new(self.rooms.map(|room| usize::from(room % 8)));
        for (process, (instances, recreate)) in (0..).map(ProcessIx).zip(self.processes) {
            foundation.desire(process, u32::from(instances % 6), strategy(recreate));
        }
        foundation.pass(12);
        for event in &self.events {
            event.befall(&mut foundation);
            foundation.check_always();
        }
        foundation.come_to_rest();
        foundation.check_at_rest();
    }
}

impl Event {
    fn befall(&self, foundation: &mut Foundation) {
        let process = |number: u8| ProcessIx(u32::from(number % 2));
        let cell = |number: u8| usize::from(number % 3);
        match *self {
            Self::Pass(ticks) => foundation.pass(u32::from(ticks % LONGEST_TICKS)),
            Self::Evacuate(number) => foundation.evacuate(cell(number)),
            Self::Lose(number) => foundation.lose(cell(number)),
            Self::Fail(number) => foundation.fail(cell(number)),
            Self::Crash(number, container) => foundation.crash(cell(number), container.into()),
            Self::LoseCalls(count) => foundation.losses.calls = count % 8,
            Self::LoseAnswers(count) => foundation.losses.answers = count % 8,
            Self::LoseRequests(count) => foundation.losses.requests = count % 8,
            Self::Scale(number, instances) => foundation.scale(process(number), u32::from(instances % 6)),
            Self::RemoveDesired(number) => foundation.remove_desired(process(number)),
            Self::Desire(number, instances, recreate) => {
                foundation.desire(process(number), u32::from(instances % 6), strategy(recreate));
            }
        }
    }
}

const fn strategy(recreate: bool) -> UpdateStrategy {
    if recreate { UpdateStrategy::Recreate } else { UpdateStrategy::Rolling }
}
