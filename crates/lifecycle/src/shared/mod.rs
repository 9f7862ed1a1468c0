//! Instance records that many threads share: cells evacuate, claim and start while convergence runs, without a lock.
//!
//! The rules are not written here again. A transition is a pure function of [`InstanceGroup`](crate::InstanceGroup), the
//! same that [`Bbs`](crate::Bbs) calls; this module is the shell that lets it take effect at one moment.
//!
//! # Fields
//!
//! - **Heads**: one atomic word for each instance index, dense by (process, index).
//! - **Slots**: six atomic words each, in a slab: two for each presence. A slot belongs either to one head, which names
//!   it, or to one [`Writer`], whose spare it is. There are as many slots as heads and writers together, and none is
//!   ever allocated or freed.
//! - **Spares**: the slots of writers that are not in use.
//! - **Turns**: one flag for each process; see below.
//! - **Changes**: one bit for each index, set when it changes from a state that a pass has noted.
//! - **Known**: what the last pass has noted, behind a lock that only passes take.
//!
//! # Layout
//!
//! ```text
//! head   63                 29 28      27        22 21                     0
//!        | version, 35 bits   | noted  | kinds, 6  | slot, 22 bits          |
//! kinds  ordinary, 3 bits: none, unclaimed, claimed, running, crashed
//!        suspect, 2 bits: none, claimed, running; evacuating, 1 bit: none, running
//! slot   ordinary who, when; evacuating who, when; suspect who, when
//! who    63    57 56        55                 32 31                    0
//!        | zero  | routable | cell, 24 bits      | instance, 32 bits    |
//! when   63             52 51                                           0
//!        | crash count, 12 | since in microseconds, 52 bits             |
//! ```
//!
//! What does not fit is a [`TableLimit`], and changes nothing: more than 2^22 - 1 slots, a cell from 2^24 on, a time
//! after 2^52 us (the year 2112, if time counts from 1970), an index that changed 2^35 - 1 times (a thousand years of
//! one change a second). Crash counts end at 4,095; from 200 on they all mean the same (C.4).
//!
//! # Protocol
//!
//! A **writer** reads the head and the words of its slot, and looks at the head again: if it is the same, the words are
//! one state of the three records. It applies the function to them. If nothing changed the answer holds for that moment, and
//! that is all. Otherwise it writes the new state to its own spare and exchanges the head, if it is still the same, for one
//! that names the spare, with the next version. This compare-exchange is the one read-modify-write of a transition: all
//! three records change by it at once. Then the slot that the head named before is the writer's spare. If the
//! exchange fails somebody else's has taken effect, and the function is applied anew to what is there now.
//!
//! A **pass** need not look at what has not changed since the last one. It takes the bits of the changes and notes each of
//! those indices: by a compare-exchange that sets the bit "noted" in the head, or, if it is set already, raises the
//! version. A writer that is about to exchange a head that is noted sets the bit of the change *before*. So no change is lost: if the
//! pass took the bit before, it is set again; if after, the writer has loaded the head before the pass noted it, and
//! its exchange either came first, and is noted, or fails and is tried anew. And who has seen a change and begins a pass
//! finds the bit. A head that is not noted needs none: that of the change which made it so is set, or a pass is about to note it.
//!
//! A **reader** does the first half. Nobody waits for anybody: an operation is repeated only because another one on the same
//! index has taken effect (lock-free). A thread that stops in the middle of an operation stops no other, but for one
//! that stops in the middle of a pass: the next pass waits for it.
//!
//! Each index is an object of its own that is linearisable, hence so is the table: the answers are those of some
//! sequential order of the calls that agrees with real time. Two operations are wider than one index:
//! - A pass of **convergence** is a sequence of such calls, one an index. Each finds what is due and does it at one
//!   moment, so it never acts on a record that has changed since it looked. The pass as a whole is not one moment.
//! - **Recreate**: that no two instances of a process are given up together cannot be seen from one head. As the
//!   original locks the row of the desired LRP, so the turn of the process is taken here; then the running instances
//!   are counted, and the record is given up. Who finds the turn taken does not wait: the answer is "keep the
//!   container", as if another instance were down already, and the cell asks again at its next sync. Only the count is
//!   of an earlier moment than the change, as in the original. No other operation looks at the turn.
//!
//! # Memory orderings
//!
//! - Head, loaded first: `Acquire`, with the `Release` of the compare-exchange that stored it. It makes the words of the
//!   slot at least as new as the head.
//! - Words of a slot, stored: `Release`; loaded: `Acquire`. It makes too new words known: whoever sees a word of a
//!   later owner of the slot sees also the exchange by which the slot came to that owner, and so finds the head changed at
//!   its second look. If the slot has passed through other heads meanwhile, each exchange is ordered before the next,
//!   because every writer has loaded with `Acquire` the head that it exchanged.
//! - Head, loaded again: `Relaxed`. What it must not miss is ordered before it by the loads of the words.
//! - Compare-exchange: `Release` for the words of the spare; `Relaxed` on failure, because the loop loads anew.
//!   The version never returns, so an equal head is the very same one.
//! - Noting: `Release`, so that a writer that has loaded the noted head sets its bit after the pass has taken it.
//! - Changes: `Relaxed`. What orders them is the head.
//! - Spares: `AcqRel`, since a slot passes from one writer to the next by them.
//! - Turns: taken with `Acquire`, given back with `Release`: the next holder counts what the last one left.
//!
//! # What is left out
//!
//! Against [`InstanceGroup`](crate::InstanceGroup): crash reasons, placement errors, net infos, routes, tags and domains.
//! They decide nothing here but whether a repeated request is "unchanged"; who needs them keeps them beside the table,
//! keyed by [`InstanceKey`](crate::InstanceKey), written before the request that makes them valid. In a record that is read
//! they have their default values. Instead of a modification tag for each record there is the version of the
//! [`Snapshot`], which orders all states of an index. Desired LRPs and domains stay with the caller and come in as arguments.

mod changes;
mod convergence;
mod error;
mod head;
mod known;
mod operations;
mod packed;
mod pass;
mod presence;
mod slots;
mod spares;
mod sync;
mod table;
mod turn;
mod writer;

pub use error::{TableError, TableLimit};
pub use pass::{PassInput, ProcessInfo};
pub use table::{SharedTable, Snapshot};
pub use writer::Writer;
