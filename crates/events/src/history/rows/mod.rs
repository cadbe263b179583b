//! What happens to the nodes of a run, as short rows of bytes.
//!
//! A row is a tag and its fields. Numbers are in LEB128; times are nanoseconds since the time of the row before, and
//! what is part of the same row is since its first time. What is repeated has a number: names, the names and types of
//! inputs or outputs (a *shape*), and nodes; a row that gives a number comes before the first that uses it. An element
//! of a map is the number of the map and its index. A process that goes on with a run starts the numbers again.
//!
//! A small value is in its row. Any other has an entry of its own in the [log](super::log), and its row has the number
//! of that entry.

mod read;
mod write;

pub(super) use read::{Row, Rows, Told};
pub(super) use write::{Number, RowWriter, Tried};

use crate::events::{NodeKind, NodeState, Recalled, WaitReason};

/// Up to this length, the bytes of a value are in the row.
pub(super) const SMALL: usize = 48;

/// The tags of rows.
mod tag {
    /// All numbers start again.
    pub(super) const RESET: u8 = 0;
    /// A name gets the next number.
    pub(super) const NAME: u8 = 1;
    /// A shape gets the next number.
    pub(super) const SHAPE: u8 = 2;
    /// A node gets the next number.
    pub(super) const NODE: u8 = 3;
    /// What the elements of a map are.
    pub(super) const ELEMENTS: u8 = 4;
    pub(super) const STARTED: u8 = 5;
    pub(super) const ATTEMPT_STARTED: u8 = 6;
    pub(super) const ATTEMPT_ENDED: u8 = 7;
    pub(super) const ENDED: u8 = 8;
    /// A node has started, made one attempt and succeeded.
    pub(super) const RAN: u8 = 9;
    pub(super) const CACHE: u8 = 10;
    pub(super) const LINES: u8 = 11;
    pub(super) const DECK: u8 = 12;
    pub(super) const WAIT: u8 = 13;
}

/// How a value is held, as the lowest bits of a number whose others are a length or a number.
mod held {
    pub(super) const BITS: u32 = 3;
    /// The value is lost, for a reason that follows.
    pub(super) const LOST: u64 = 0;
    /// So many bytes of it follow.
    pub(super) const HERE: u64 = 1;
    /// It is the value with this number in the log.
    pub(super) const THERE: u64 = 2;
    /// The states of files follow.
    pub(super) const FILES: u64 = 4;
}

/// How a node ended, as text; by the number that a row has.
const STATES: [&str; 5] = ["succeeded", "cached", "failed", "skipped", "cancelled"];

/// The kinds of nodes as text; by the number that a row has.
const KINDS: [&str; 6] = ["task", "workflow", "branch", "map", "call", "gate"];

fn number_of_state(state: NodeState) -> u8 {
    match state {
        NodeState::Succeeded => 0,
        NodeState::Recalled(Recalled::Cached | Recalled::Resumed) => 1,
        NodeState::Failed => 2,
        NodeState::Skipped => 3,
        NodeState::Cancelled => 4,
    }
}

/// What a node that has started waits for, as text; by the number that a row has.
const REASONS: [&str; 4] = ["permit", "gate", "equal call", "queue"];

fn number_of_reason(reason: WaitReason) -> u8 {
    match reason {
        WaitReason::Permit => 0,
        WaitReason::Gate => 1,
        WaitReason::EqualCall => 2,
        WaitReason::Queue => 3,
    }
}

fn number_of_kind(kind: NodeKind) -> u8 {
    match kind {
        NodeKind::Task => 0,
        NodeKind::Workflow => 1,
        NodeKind::Branch => 2,
        NodeKind::Map => 3,
        NodeKind::Call => 4,
        NodeKind::Gate => 5,
    }
}
