//! Any sequence of requests to the BBS, held against the plainest statement of its rules.

use rivera_lifecycle::LrpKey;
use rivera_lifecycle::laws::{Operation, Request, check, operations};
use rivera_model::ProcessIx;

use crate::target::Law;

/// Requests about so few instances that they meet each other.
#[derive(Debug)]
pub struct Records(Vec<Operation>);

impl Law for Records {
    const NAME: &str = "records";

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(Self(operations(bytes)))
    }

    fn check(self) {
        check(&self.0);
    }
}

/// Many processes with several instances each, of which convergence has to find what is due.
#[derive(Debug)]
pub struct Convergence(Vec<Operation>);

/// More take longer without showing more: the plain statement looks at each record.
const MOST_PROCESSES: u8 = 40;
const MOST_INSTANCES: u8 = 8;

impl Law for Convergence {
    const NAME: &str = "convergence";

    /// One byte tells how many processes are desired, two bytes each how many instances each has; then come requests, each
    /// with the process and the index that it is about in front of it.
    fn read(bytes: &[u8]) -> Option<Self> {
        let (number, bytes) = bytes.split_first()?;
        let processes = number % MOST_PROCESSES + 1;
        let mut story = Vec::new();
        let mut bytes = bytes;
        for process in 0..processes {
            let ([instances, recreate], rest) = bytes.split_first_chunk()?;
            bytes = rest;
            let instances = u32::from(instances % MOST_INSTANCES);
            let request = Request::Desire { instances, recreate: recreate % 2 == 1, routes: 0 };
            // The caller of these does not matter.
            let operation = operations(&[0; 6])[0];
            story.push(Operation { request, lrp: LrpKey::new(ProcessIx(process.into()), 0), ..operation });
        }
        for [process, index, operation @ ..] in bytes.as_chunks::<8>().0 {
            let process = ProcessIx(u32::from(process % processes));
            let lrp = LrpKey::new(process, u32::from(index % MOST_INSTANCES));
            story.extend(operations(operation).into_iter().map(|operation| Operation { lrp, ..operation }));
        }
        Some(Self(story))
    }

    fn check(self) {
        check(&self.0);
    }
}
