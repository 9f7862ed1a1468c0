//! Routes: from an instance that runs to the tables of all routers, and back (E.1 to E.4).
//!
//! What happens is told twice. The [`wire`] is the model, one event a message: [`emitter`]s, NATS, the tables of
//! [`router`]s. A roll-out has millions of those messages, nearly all of them repetitions that change nothing, so the
//! [`reckoner`] finds from the same [`facts`] when each router has an endpoint without looking at them; a property test
//! holds it to the model. The [`history`] of a run is kept as it goes and reckoned at its end, when all faults are known.

mod cadence;
mod clients;
mod course;
#[cfg(test)]
mod emitter;
mod facts;
mod greeting;
mod history;
mod mapping;
mod outcome;
mod reckoner;
mod reckoning;
#[cfg(test)]
mod router;
#[cfg(test)]
mod tag;
mod windows;
#[cfg(test)]
mod wire;

pub use mapping::{BlueGreen, Errors, Mapping, MappingError, MappingResult, Spread};
pub use outcome::{AppErrors, RouteErrors, RouteUse};

pub(crate) use history::History;
pub(crate) use reckoning::{About, Reached};
