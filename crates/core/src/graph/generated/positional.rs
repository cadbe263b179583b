//! A call by position that seems to leave out inputs with a default, which only a call by name can.

use super::slot::Slot;
use crate::graph::{BindingData, IntoBinding, TaskOutputs, call_node, entity::Entity};

/// All inputs of `E`, whose slots are `S`, by their positions.
#[diagnostic::on_unimplemented(
    message = "a call of `{E}` by position gives all inputs, and this one does not",
    label = "inputs are left out",
    note = "only a call by name can leave out inputs with a default: name the inputs that you give, as in \
            `{E}(input = ..)`"
)]
pub trait AllInputs<E, S> {
    /// The inputs as bindings.
    fn bindings(self) -> Vec<BindingData>;
}

macro_rules! inputs {
    ($($slot:ident $argument:ident $position:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<E, $($slot: Slot, $argument: IntoBinding<$slot::Type>),+> AllInputs<E, ($($slot,)+)> for ($($argument,)+) {
            fn bindings(self) -> Vec<BindingData> {
                vec![$(self.$position.into_binding()),+]
            }
        }
    };
}

inputs!(S0 A0 0);
inputs!(S0 A0 0, S1 A1 1);
inputs!(S0 A0 0, S1 A1 1, S2 A2 2);
inputs!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3);
inputs!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3, S4 A4 4);
inputs!(S0 A0 0, S1 A1 1, S2 A2 2, S3 A3 3, S4 A4 4, S5 A5 5);

/// A node of `E`, for a call that looks like one that leaves out inputs.
#[track_caller]
pub fn node<E: Entity, A: AllInputs<E, E::Slots>>(
    inputs: A,
) -> <E::Output as TaskOutputs>::Promises {
    call_node::<E>(inputs.bindings())
}
