//! What a program may have: not everything at once, so that there are programs that Flyte takes.

use crate::{random::Random, types::Ty, vocabulary::Callee};

/// What is switched on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Features {
    /// Arms, and workflows, that call nothing.
    pub(super) empty: bool,
    /// Conditions on fields, elements and keys.
    pub(super) parts: bool,
    /// Enums compared with constants.
    pub(super) enums: bool,
    /// `is_some()`, `is_none()`.
    pub(super) options: bool,
    /// Maps over launch plans and references.
    pub(super) map_plans: bool,
    /// Names beyond ASCII.
    pub(super) names: bool,
    pub(super) alias: bool,
    pub(super) short_timeout: bool,
    /// More nodes than a cluster takes, or nearly.
    pub(super) wide: bool,
    /// More bytes than a request may have, or nearly.
    pub(super) large: bool,
    /// A call of this.
    pub(super) special: Option<Callee>,
    pub(super) gates: bool,
    pub(super) dynamic: bool,
    pub(super) plans: bool,
    pub(super) references: bool,
    pub(super) handlers: bool,
    /// Elements and keys that may not be there.
    pub(super) misses: bool,
    /// A node that is called like that of a case.
    pub(super) id_of_case: bool,
}

impl Features {
    pub(super) fn of_program(random: &mut Random) -> Self {
        let mut features = Self {
            gates: random.percent(20),
            dynamic: random.percent(25),
            plans: random.percent(30),
            references: random.percent(12),
            handlers: random.percent(20),
            misses: random.percent(15),
            id_of_case: random.percent(16),
            ..Self::default()
        };
        // A third has nothing that a cluster refuses.
        if random.percent(33) {
            return features;
        }
        features.empty = random.percent(30);
        features.parts = random.percent(22);
        features.enums = random.percent(22);
        features.options = random.percent(12);
        features.map_plans = random.percent(25);
        features.names = random.percent(10);
        features.alias = random.percent(7);
        features.short_timeout = random.percent(10);
        features.wide = random.percent(7);
        features.large = random.percent(8);
        if random.percent(44) {
            features.special = Some(random.one_of(&[
                Callee::workflow_there,
                Callee::workflow_there,
                Callee::workflow_there,
                Callee::workflow_there,
                Callee::workflow_there,
                Callee::echo,
                Callee::echo_both,
                Callee::echo_both,
                Callee::echo_both,
                Callee::echo_both,
                Callee::hasty,
                Callee::measured,
                Callee::same,
                Callee::same_text,
            ]));
        }
        features
    }

    /// A dynamic task that calls what there is no way to call there, or to look at.
    pub(super) fn of_job(random: &mut Random) -> Self {
        Self {
            special: random.percent(75).then_some(Callee::half_there),
            options: random.percent(20),
            map_plans: random.percent(20),
            alias: random.percent(10),
            ..Self::of_dynamic(random)
        }
    }

    /// Only what is made right when the graph is built: nobody can be told any more.
    pub(super) fn of_dynamic(random: &mut Random) -> Self {
        Self {
            empty: random.percent(40),
            parts: random.percent(30),
            enums: random.percent(30),
            dynamic: random.percent(30),
            plans: random.percent(30),
            ..Self::default()
        }
    }
}

/// The tasks that give a type.
pub(super) fn makers(ty: Ty) -> &'static [Callee] {
    match ty {
        Ty::Int => &[
            Callee::add,
            Callee::add,
            Callee::half,
            Callee::half,
            Callee::make_int,
            Callee::total,
            Callee::known,
            Callee::length,
            Callee::weigh,
            Callee::or_zero,
            Callee::even_only,
            Callee::stubborn,
            Callee::take_union,
            Callee::take_time,
            Callee::take_span,
            Callee::take_real,
            Callee::take_truth,
            Callee::take_table,
            Callee::take_hue,
            Callee::take_things,
            Callee::take_texts,
        ],
        Ty::Text => &[
            Callee::make_text,
            Callee::spell,
            Callee::shout,
            Callee::divided,
        ],
        Ty::Thing => &[Callee::make_thing, Callee::paint],
        Ty::Real => &[Callee::make_real],
        Ty::Truth => &[Callee::make_truth],
        Ty::Time => &[Callee::make_time],
        Ty::Span => &[Callee::make_span],
        Ty::Hue => &[Callee::make_hue],
        Ty::Ints => &[Callee::make_ints],
        Ty::MaybeInts => &[Callee::make_maybe_ints],
        Ty::Texts => &[Callee::make_texts],
        Ty::Things => &[Callee::make_things],
        Ty::Table => &[Callee::make_table],
        Ty::MaybeInt => &[Callee::make_maybe_int],
        Ty::MaybeText => &[Callee::make_maybe_text],
        Ty::Union => &[Callee::make_union],
        Ty::Nothing => &[Callee::nothing],
    }
}

/// Launch plans with every kind of fixed value.
pub(super) const PLANS: [Callee; 20] = [
    Callee::plan_open,
    Callee::plan_int,
    Callee::plan_real,
    Callee::plan_truth,
    Callee::plan_text,
    Callee::plan_time,
    Callee::plan_span,
    Callee::plan_hue,
    Callee::plan_thing,
    Callee::plan_ints,
    Callee::plan_no_ints,
    Callee::plan_array,
    Callee::plan_lists,
    Callee::plan_texts,
    Callee::plan_things,
    Callee::plan_table,
    Callee::plan_some,
    Callee::plan_none,
    Callee::plan_union,
    Callee::plan_maybe_ints,
];

/// Whether overrides of tasks are allowed on a call.
pub(super) fn is_plain_task(callee: Callee) -> bool {
    let others = [
        Callee::echo,
        Callee::echo_both,
        Callee::same,
        Callee::same_text,
        Callee::half_there,
        Callee::plan_there,
        Callee::workflow_there,
        Callee::divided,
        Callee::nothing,
        Callee::grown_int,
        Callee::grown_text,
        Callee::grown_thing,
    ];
    !others.contains(&callee) && !PLANS.contains(&callee)
}
