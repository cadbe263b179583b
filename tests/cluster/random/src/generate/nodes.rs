//! Nodes that are no plain calls: workflows inside, maps, gates, dynamic tasks.

use super::{Generator, Need, Scope};
use crate::{
    program::{Answer, Expr, Gate, Map, MapBody, Part, Successes},
    types::Ty,
    vocabulary::Callee,
};

impl Generator {
    pub(super) fn inner(&mut self, scope: &mut Scope, ty: Ty) -> Expr {
        let same = (0..self.workflows.len()).find(|index| self.workflows[*index].body.ty == ty);
        let index = match same.filter(|_| self.random.percent(30)) {
            Some(index) => index,
            None => self.workflow(scope.level + 1, ty),
        };
        let inputs: Vec<_> = self.workflows[index]
            .inputs
            .iter()
            .map(|(_, ty)| *ty)
            .collect();
        let arguments = inputs
            .into_iter()
            .map(|ty| self.source(scope, ty, Need::Any, 1));
        Expr::Inner(index, arguments.collect())
    }

    pub(super) fn map(&mut self, scope: &mut Scope) -> (Expr, Ty) {
        self.pods += 2;
        let kind = match self.features.map_plans {
            true => 10 + self.random.below(6),
            false => self.random.below(8),
        };
        let of = match kind {
            3 => Ty::Texts,
            4 => Ty::Things,
            _ => Ty::Ints,
        };
        let over = self.source(scope, of, Need::Promise, 1);
        let body = match kind {
            0 => MapBody::Half,
            1 => MapBody::EvenOnly,
            2 => MapBody::Spell,
            3 => MapBody::Length,
            4 => MapBody::Weigh,
            5 => MapBody::Make,
            6 if matches!(over, Expr::Local(_) | Expr::Input(_)) => MapBody::Zip(over.clone()),
            10 => MapBody::Plan,
            11 => MapBody::PlanWith(self.source(scope, Ty::Int, Need::Any, 0)),
            12 | 14 => MapBody::ReferencePlan,
            13 | 15 => MapBody::ReferenceTask,
            _ => MapBody::Add(self.source(scope, Ty::Int, Need::Any, 0)),
        };
        let successes = match body {
            MapBody::Spell | MapBody::Make => None,
            _ if self.random.percent(30) => Some(self.random.one_of(&[
                Successes::Half,
                Successes::Number(1),
                Successes::Number(2),
            ])),
            _ => None,
        };
        let ty = match body {
            MapBody::Spell => Ty::Texts,
            MapBody::Make => Ty::Things,
            _ if successes.is_some() => Ty::MaybeInts,
            _ => Ty::Ints,
        };
        let concurrency = self.random.percent(30);
        (
            Expr::Map(Box::new(Map {
                over,
                body,
                concurrency,
                successes,
            })),
            ty,
        )
    }

    /// A call, or a part of what it gives.
    fn approved(&mut self, scope: &mut Scope, ty: Ty) -> Expr {
        let part = match ty {
            Ty::Int => Some((Ty::Thing, Part::Weight)),
            Ty::Text => Some((Ty::Thing, Part::Name)),
            _ => None,
        };
        match part.filter(|_| self.random.percent(30)) {
            Some((of, part)) => Expr::Part(Box::new(self.call(scope, of, 0)), part),
            None => self.call(scope, ty, 0),
        }
    }

    pub(super) fn gate(&mut self, scope: &mut Scope) -> (Expr, Ty) {
        let number = self.number();
        let name = match self.features.names && self.random.percent(40) {
            true => format!("prüfung{number}"),
            false => format!("gate{number}"),
        };
        if self.random.percent(50) {
            let ty = self.random.one_of(&[Ty::Int, Ty::Text, Ty::Thing]);
            let item = self.approved(scope, ty);
            let answer = Answer::Approval(self.random.percent(85));
            self.gates.push(Gate {
                name: name.clone(),
                answer,
            });
            return (Expr::Approve(Box::new(item), name), ty);
        }
        let ty = self.random.one_of(&[
            Ty::Int,
            Ty::Text,
            Ty::Hue,
            Ty::Thing,
            Ty::Ints,
            Ty::Truth,
            Ty::Real,
            Ty::Time,
        ]);
        let answer = Answer::Value(ty, self.random.number());
        self.gates.push(Gate {
            name: name.clone(),
            answer,
        });
        (Expr::Wait(ty, name), ty)
    }

    pub(super) fn dynamic(&mut self, scope: &mut Scope) -> (Expr, Ty) {
        self.pods += 3;
        let callee =
            self.random
                .one_of(&[Callee::grown_int, Callee::grown_text, Callee::grown_thing]);
        let seed = (self.seed % 1_000_000) * 8 + self.random.below(8) as u64;
        let depth = scope
            .dynamic
            .map_or_else(|| self.random.below(2) as i64, |depth| depth - 1);
        let x = self.source(scope, Ty::Int, Need::Any, 0);
        let arguments = vec![Expr::Number(seed as i64), Expr::Number(depth), x];
        (Expr::Call(callee, arguments, None), callee.output())
    }
}
