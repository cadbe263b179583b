//! The types of the inputs of an entity, by how many there are.
//!
//! Written out, because messages quote these lines, and would quote the macro that writes them.

#![allow(missing_docs, reason = "the types of the inputs, by their positions")]

use crate::types::FlyteType;

/// The type of 1 input.
pub trait Inputs1 {
    type T0: FlyteType;
}

/// The types of 2 inputs.
pub trait Inputs2 {
    type T0: FlyteType;
    type T1: FlyteType;
}

/// The types of 3 inputs.
pub trait Inputs3 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
}

/// The types of 4 inputs.
pub trait Inputs4 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
}

/// The types of 5 inputs.
pub trait Inputs5 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
}

/// The types of 6 inputs.
pub trait Inputs6 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
}

/// The types of 7 inputs.
pub trait Inputs7 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
}

/// The types of 8 inputs.
pub trait Inputs8 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
}

/// The types of 9 inputs.
pub trait Inputs9 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
}

/// The types of 10 inputs.
pub trait Inputs10 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
}

/// The types of 11 inputs.
pub trait Inputs11 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
    type T10: FlyteType;
}

/// The types of 12 inputs.
pub trait Inputs12 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
    type T10: FlyteType;
    type T11: FlyteType;
}

/// The types of 13 inputs.
pub trait Inputs13 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
    type T10: FlyteType;
    type T11: FlyteType;
    type T12: FlyteType;
}

/// The types of 14 inputs.
pub trait Inputs14 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
    type T10: FlyteType;
    type T11: FlyteType;
    type T12: FlyteType;
    type T13: FlyteType;
}

/// The types of 15 inputs.
pub trait Inputs15 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
    type T10: FlyteType;
    type T11: FlyteType;
    type T12: FlyteType;
    type T13: FlyteType;
    type T14: FlyteType;
}

/// The types of 16 inputs.
pub trait Inputs16 {
    type T0: FlyteType;
    type T1: FlyteType;
    type T2: FlyteType;
    type T3: FlyteType;
    type T4: FlyteType;
    type T5: FlyteType;
    type T6: FlyteType;
    type T7: FlyteType;
    type T8: FlyteType;
    type T9: FlyteType;
    type T10: FlyteType;
    type T11: FlyteType;
    type T12: FlyteType;
    type T13: FlyteType;
    type T14: FlyteType;
    type T15: FlyteType;
}
