//! What was found once stays found.

use flyte_fuzz::{Mutator, TARGETS, corpus};

#[test]
fn every_kept_input_ends_in_a_value_or_an_error() {
    for target in TARGETS {
        let inputs = corpus(&target).expect("every target has a corpus");
        let read = inputs.iter().filter(|input| (target.run)(input)).count();
        assert!(
            read > 10,
            "{}: only {read} of {} inputs are something",
            target.name,
            inputs.len()
        );
    }
}

#[test]
fn so_does_what_is_nearly_one() {
    for target in TARGETS {
        let inputs = corpus(&target).expect("every target has a corpus");
        let mut mutator = Mutator::new(1);
        for _ in 0..2000 {
            let (from, other) = (mutator.below(inputs.len()), mutator.below(inputs.len()));
            (target.run)(&mutator.mutate(&inputs[from], &inputs[other]));
        }
    }
}
