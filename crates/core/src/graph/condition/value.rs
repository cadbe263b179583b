//! The values that the cases of a branch may give, and the value of the branch.

use crate::{
    graph::{
        BindOutputs, BindingData, IntoBinding, NamedOutputs, NodeRef, Promise, TaskOutputs,
        VoidPromise,
    },
    types::{FlyteType, TypeInfo},
};

/// A value with which a case of a branch may end: nothing, a promise, a value, or a tuple of these.
///
/// All cases end with the same type; a promise and a value of one type count as the same.
#[diagnostic::on_unimplemented(
    message = "a case of a branch cannot give `{Self}`",
    label = "not a promise and not a value of a Flyte type",
    note = "a case ends with nothing, a promise, a value, or a tuple of these"
)]
pub trait BranchValue {
    /// The outputs of the branch.
    type Outputs: BranchOutputs;

    #[doc(hidden)]
    fn __bind(self, sources: &mut Sources);
}

/// Holds for one type only: what the cases of one branch give.
#[diagnostic::on_unimplemented(
    message = "the cases of a branch give `{O}` and `{Self}`, and have to give the same",
    label = "another case gives `{O}`",
    note = "which case runs is not known while the graph is built, so what comes behind the branch takes either: let a \
            task turn one into the other, or end the case with `fail(\"..\")`"
)]
pub trait SameAs<O> {}

#[diagnostic::do_not_recommend]
impl<O> SameAs<O> for O {}

/// The outputs of a branch: promises.
pub trait BranchOutputs {
    #[doc(hidden)]
    fn __promises(node: NodeRef, next: &mut u32) -> Self;
}

/// The sources of a branch's outputs in one case.
#[derive(Debug, Default)]
pub struct Sources {
    pub(crate) data: Vec<BindingData>,
    pub(crate) infos: Vec<TypeInfo>,
}

impl Sources {
    pub(crate) fn push<T: FlyteType>(&mut self, source: impl IntoBinding<T>) {
        self.data.push(source.into_binding());
        self.infos.push(TypeInfo::of::<T>());
    }
}

impl<T> BranchOutputs for Promise<T> {
    fn __promises(node: NodeRef, next: &mut u32) -> Self {
        let output = *next;
        *next += 1;
        Promise::new(node, output)
    }
}

impl BranchOutputs for VoidPromise {
    fn __promises(node: NodeRef, _next: &mut u32) -> Self {
        VoidPromise::new(node)
    }
}

#[diagnostic::do_not_recommend]
impl<T: FlyteType> BranchValue for T {
    type Outputs = Promise<T>;

    fn __bind(self, sources: &mut Sources) {
        sources.push::<T>(self);
    }
}

macro_rules! binds_as {
    ($([$($generics:tt)*] $from:ty => $to:ty;)*) => { $(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> BranchValue for $from {
            type Outputs = Promise<$to>;

            fn __bind(self, sources: &mut Sources) {
                sources.push::<$to>(self);
            }
        }
    )* };
}

binds_as! {
    [T: FlyteType] Promise<T> => T;
    [] &str => String;
    [T: FlyteType] Vec<Promise<T>> => Vec<T>;
    [T: FlyteType, const N: usize] [Promise<T>; N] => Vec<T>;
    [T: FlyteType] Option<Promise<T>> => Option<T>;
}

#[diagnostic::do_not_recommend]
impl BranchValue for () {
    type Outputs = VoidPromise;

    fn __bind(self, _sources: &mut Sources) {}
}

#[diagnostic::do_not_recommend]
impl BranchValue for VoidPromise {
    type Outputs = VoidPromise;

    fn __bind(self, _sources: &mut Sources) {}
}

#[diagnostic::do_not_recommend]
impl<O: TaskOutputs> BranchValue for NamedOutputs<O>
where
    O::Promises: BranchOutputs,
{
    type Outputs = O::Promises;

    fn __bind(self, sources: &mut Sources) {
        let mut outputs = BindOutputs::default();
        self.bind_fields(&mut outputs);
        sources.data.append(&mut outputs.data);
        let variables = O::variables();
        sources
            .infos
            .extend(variables.iter().map(|output| output.info));
    }
}

macro_rules! tuples {
    ($($name:ident $index:tt),+) => {
        impl<$($name: BranchOutputs),+> BranchOutputs for ($($name,)+) {
            fn __promises(node: NodeRef, next: &mut u32) -> Self {
                ($($name::__promises(node, next),)+)
            }
        }

        #[diagnostic::do_not_recommend]
        impl<$($name: BranchValue),+> BranchValue for ($($name,)+) {
            type Outputs = ($($name::Outputs,)+);

            fn __bind(self, sources: &mut Sources) {
                $(self.$index.__bind(sources);)+
            }
        }
    };
}

tuples!(A 0, B 1);
tuples!(A 0, B 1, C 2);
tuples!(A 0, B 1, C 2, D 3);
tuples!(A 0, B 1, C 2, D 3, E 4);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuples!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
