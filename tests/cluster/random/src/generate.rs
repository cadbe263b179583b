//! From seeds to programs.

mod branches;
mod conditions;
mod features;
mod nodes;
mod parts;

use crate::{
    program::{Block, Expr, Gate, Handler, Override, Program, Statement, Workflow},
    random::Random,
    types::Ty,
    vocabulary::Callee,
};
use features::Features;
use parts::parts;

/// How deep workflows, and branches, are inside of one another.
const DEPTH: usize = 3;

/// How many pods a program may need, about.
const PODS: usize = 9;

/// The types that a workflow gives, and that branches give.
const RESULTS: [Ty; 11] = [
    Ty::Int,
    Ty::Text,
    Ty::Thing,
    Ty::Hue,
    Ty::Ints,
    Ty::MaybeInt,
    Ty::Real,
    Ty::Truth,
    Ty::Table,
    Ty::Time,
    Ty::Span,
];

/// The program of a seed.
pub(crate) fn program(seed: u64) -> Program {
    let mut random = Random::new(seed);
    let features = Features::of_program(&mut random);
    let mut generator = Generator::new(seed, random, features);
    let ty = generator.random.one_of(&RESULTS);
    generator.workflow(0, ty);
    Program {
        seed,
        workflows: generator.workflows,
        gates: generator.gates,
    }
}

/// The body of a dynamic task that is run, whose result is a promise.
pub(crate) fn dynamic_body(seed: u64, depth: i64, ty: Ty) -> Block {
    let mut random = Random::new(seed ^ 0xd1a);
    let features = Features::of_dynamic(&mut random);
    grown(seed, depth, ty, random, features)
}

/// The body of a dynamic task that is only compiled.
pub(crate) fn job(seed: u64, ty: Ty) -> Block {
    let mut random = Random::new(seed ^ 0x10b);
    let features = Features::of_job(&mut random);
    grown(seed, 1, ty, random, features)
}

fn grown(seed: u64, depth: i64, ty: Ty, random: Random, features: Features) -> Block {
    let mut generator = Generator::new(seed, random, features);
    generator.pods = PODS - 4;
    let mut scope = Scope {
        inputs: vec![("x".to_owned(), Ty::Int)],
        can_add_inputs: false,
        dynamic: Some(depth),
        ..Scope::default()
    };
    generator.block(&mut scope, ty, 1, Need::Call)
}

/// What an expression has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    /// Whatever gives a value.
    Any,
    /// A promise.
    Promise,
    /// A call, which makes a node.
    Call,
}

/// The body that is being made.
#[derive(Clone, Debug, Default)]
struct Scope {
    inputs: Vec<(String, Ty)>,
    can_add_inputs: bool,
    /// For each local its type, and whether it is a node of its own.
    locals: Vec<(Ty, bool)>,
    /// In the body of a dynamic task: how many may still be inside.
    dynamic: Option<i64>,
    /// How deep the workflow is in others.
    level: usize,
    /// Whether parts may be looked at that are not there.
    misses: bool,
}

struct Generator {
    seed: u64,
    random: Random,
    features: Features,
    workflows: Vec<Workflow>,
    gates: Vec<Gate>,
    /// How many pods all of this needs, about.
    pods: usize,
    /// How many names were given out.
    names: usize,
}

impl Generator {
    fn new(seed: u64, random: Random, features: Features) -> Self {
        Self {
            seed,
            random,
            features,
            workflows: Vec::new(),
            gates: Vec::new(),
            pods: 0,
            names: 0,
        }
    }

    fn number(&mut self) -> usize {
        self.names += 1;
        self.names
    }

    /// Makes a workflow and gives its number.
    fn workflow(&mut self, level: usize, ty: Ty) -> usize {
        let handlers = [Handler::Optional, Handler::Plain, Handler::Workflow];
        let handler = (self.features.handlers && self.random.percent(60))
            .then(|| self.random.one_of(&handlers));
        let mut scope = Scope {
            can_add_inputs: handler.is_none(),
            level,
            misses: self.features.misses,
            ..Scope::default()
        };
        let mut statements = Vec::new();
        if handler.is_some() {
            // The handler takes the inputs of the workflow, and is written beforehand.
            scope.inputs.push(("x0".to_owned(), Ty::Int));
            let of = self
                .random
                .one_of(&[Callee::even_only, Callee::half, Callee::make_int]);
            statements.push(Statement::Let(Expr::Call(of, vec![Expr::Input(0)], None)));
            scope.locals.push((of.output(), true));
            self.pods += 1;
        }
        if level == 0 && self.features.wide {
            let start = self.source(&mut scope, Ty::Int, Need::Any, 0);
            statements.push(Statement::Let(Expr::Chain(
                98 + self.random.below(8) as u8,
                Box::new(start),
            )));
            scope.locals.push((Ty::Int, true));
        }
        if level == 0 && self.features.id_of_case {
            let x = self.source(&mut scope, Ty::Int, Need::Any, 0);
            let number = 1 + self.random.below(3) as u8;
            let changed = Some(Override::IdOfCase(number));
            statements.push(Statement::Let(Expr::Call(Callee::half, vec![x], changed)));
            scope.locals.push((Ty::Int, true));
        }
        if level == 0 && self.features.large {
            let text = Expr::Large(if self.random.percent(75) { 3 } else { 2 });
            statements.push(Statement::Let(Expr::Call(Callee::length, vec![text], None)));
            scope.locals.push((Ty::Int, true));
        }
        let need = match self.features.empty && self.random.percent(10) {
            true => Need::Any,
            false => Need::Call,
        };
        let mut body = self.block(&mut scope, ty, 0, need);
        statements.append(&mut body.statements);
        body.statements = statements;
        let index = self.workflows.len();
        self.workflows.push(Workflow {
            name: format!("generated.w{}_{index}", self.seed),
            inputs: scope.inputs,
            body,
            handler,
        });
        index
    }

    /// Statements, and what they end with.
    fn block(&mut self, scope: &mut Scope, ty: Ty, depth: usize, need: Need) -> Block {
        let locals = scope.locals.len();
        let most = if depth == 0 { 3 } else { 2 };
        let mut statements = Vec::new();
        for _ in 0..self.random.below(most) + usize::from(depth == 0) {
            if self.pods >= PODS && !statements.is_empty() {
                break;
            }
            let (expr, ty) = self.statement(scope, depth);
            let is_node = makes_node(&expr);
            statements.push(Statement::Let(expr));
            scope.locals.push((ty, is_node));
            let nodes: Vec<_> = (locals..scope.locals.len())
                .filter(|local| scope.locals[*local].1)
                .collect();
            if nodes.len() > 1 && self.random.percent(20) {
                statements.push(Statement::Order(nodes[0], nodes[nodes.len() - 1]));
            }
        }
        let result = (ty != Ty::Nothing).then(|| self.source(scope, ty, need, 2));
        scope.locals.truncate(locals);
        Block {
            statements,
            result,
            ty,
        }
    }

    /// What a statement declares, with its type.
    fn statement(&mut self, scope: &mut Scope, depth: usize) -> (Expr, Ty) {
        #[derive(Clone, Copy)]
        enum What {
            Call,
            Branch,
            VoidBranch,
            Inner,
            Map,
            Gate,
            Dynamic,
            Plan,
            Reference,
            Special,
            Nothing,
        }
        let features = self.features;
        let is_deep = depth >= DEPTH || self.pods >= PODS;
        let when = |holds: bool, weight: usize| if holds { weight } else { 0 };
        let what = self.random.weighted(&[
            (5, What::Call),
            (when(!is_deep, 7), What::Branch),
            (when(!is_deep, 4), What::VoidBranch),
            (
                when(
                    scope.level < DEPTH && scope.dynamic.is_none() && !is_deep,
                    3,
                ),
                What::Inner,
            ),
            (
                when(!is_deep, 2) + when(features.map_plans && !is_deep, 6),
                What::Map,
            ),
            (
                when(features.gates && scope.dynamic.is_none(), 5),
                What::Gate,
            ),
            (
                when(features.dynamic && scope.dynamic != Some(0) && !is_deep, 4),
                What::Dynamic,
            ),
            (when(features.plans, 4), What::Plan),
            (when(features.references, 5), What::Reference),
            (when(features.special.is_some(), 8), What::Special),
            (1, What::Nothing),
        ]);
        match what {
            What::Call => {
                let ty = self.random.one_of(&[
                    Ty::Int,
                    Ty::Text,
                    Ty::Thing,
                    Ty::Hue,
                    Ty::Ints,
                    Ty::MaybeInt,
                    Ty::Things,
                ]);
                (self.call(scope, ty, 2), ty)
            }
            What::Branch => {
                let ty = self.random.one_of(&RESULTS);
                (self.branch(scope, ty, depth), ty)
            }
            What::VoidBranch => (self.branch(scope, Ty::Nothing, depth), Ty::Nothing),
            What::Inner => {
                let ty = self.random.one_of(&RESULTS);
                (self.inner(scope, ty), ty)
            }
            What::Map => self.map(scope),
            What::Gate => self.gate(scope),
            What::Dynamic => self.dynamic(scope),
            What::Plan => {
                let plan = features::PLANS[self.random.below(features::PLANS.len())];
                (self.call_of(scope, plan, 1), plan.output())
            }
            What::Reference => {
                let mut known = vec![Callee::plan_there];
                known.extend(scope.dynamic.is_none().then_some(Callee::half_there));
                let callee = self.random.one_of(&known);
                (self.call_of(scope, callee, 1), callee.output())
            }
            What::Special => {
                let callee = features.special.unwrap_or(Callee::half);
                (self.call_of(scope, callee, 1), callee.output())
            }
            What::Nothing => match self.random.below(2) {
                0 => (Expr::Sleep, Ty::Nothing),
                _ => (self.call_of(scope, Callee::nothing, 1), Ty::Nothing),
            },
        }
    }

    /// Something of this type. Calls are made of calls no deeper than `effort`.
    fn source(&mut self, scope: &mut Scope, ty: Ty, need: Need, effort: usize) -> Expr {
        if need == Need::Call {
            return self.call(scope, ty, effort);
        }
        let mut found: Vec<(usize, Expr)> = Vec::new();
        let locals = scope.locals.iter().enumerate();
        found.extend(
            locals
                .filter(|(_, (of, _))| *of == ty)
                .map(|(index, _)| (6, Expr::Local(index))),
        );
        let are_promises = scope.dynamic.is_none();
        if need == Need::Any || are_promises {
            let inputs = scope.inputs.iter().enumerate();
            found.extend(
                inputs
                    .filter(|(_, (_, of))| *of == ty)
                    .map(|(index, _)| (4, Expr::Input(index))),
            );
        }
        found.extend(parts(scope, ty).into_iter().map(|part| (2, part)));
        if need == Need::Any {
            found.push((3, Expr::Constant(ty, self.random.number())));
        }
        let is_known = !found.is_empty();
        if scope.can_add_inputs && scope.inputs.len() < 6 {
            found.push((if is_known { 1 } else { 5 }, Expr::Input(usize::MAX)));
        }
        if effort > 0 || found.is_empty() {
            found.push((if is_known { 2 } else { 5 }, Expr::Sleep));
        }
        let weights: Vec<_> = found
            .iter()
            .enumerate()
            .map(|(index, (weight, _))| (*weight, index))
            .collect();
        let chosen = self.random.weighted(&weights);
        match found.swap_remove(chosen).1 {
            Expr::Input(usize::MAX) => self.new_input(scope, ty),
            Expr::Sleep => self.call(scope, ty, effort.saturating_sub(1)),
            expr => expr,
        }
    }

    fn new_input(&mut self, scope: &mut Scope, ty: Ty) -> Expr {
        let number = scope.inputs.len();
        let name = match self.features.names && self.random.percent(50) {
            true => format!("größe{number}"),
            false => format!("x{number}"),
        };
        scope.inputs.push((name, ty));
        Expr::Input(number)
    }

    /// A call that gives this.
    fn call(&mut self, scope: &mut Scope, ty: Ty, effort: usize) -> Expr {
        let callee = self.random.one_of(features::makers(ty));
        // An enum is passed where a string is expected.
        if callee == Callee::shout && self.random.percent(30) {
            let color = self.source(scope, Ty::Hue, Need::Promise, effort.saturating_sub(1));
            self.pods += 1;
            return Expr::Spelled(Box::new(color));
        }
        self.call_of(scope, callee, effort)
    }

    fn call_of(&mut self, scope: &mut Scope, callee: Callee, effort: usize) -> Expr {
        self.pods += 1;
        let mut arguments = Vec::new();
        for ty in callee.inputs() {
            let effort = if self.pods < PODS {
                effort.saturating_sub(1)
            } else {
                0
            };
            let argument = match ty {
                Ty::Ints if self.random.percent(25) => {
                    let items = (0..2 + self.random.below(2))
                        .map(|_| self.source(scope, Ty::Int, Need::Any, 0));
                    Expr::List(items.collect())
                }
                _ => self.source(scope, *ty, Need::Any, effort),
            };
            arguments.push(argument);
        }
        let changed = match features::is_plain_task(callee) {
            true if self.features.short_timeout && self.random.percent(40) => {
                Some(Override::ShortTimeout)
            }
            true if self.features.alias && self.random.percent(60) => Some(Override::Alias),
            true if self.random.percent(4) => Some(Override::Retries),
            _ if self.random.percent(4) => Some(Override::NodeName(self.number() as u8)),
            _ => None,
        };
        Expr::Call(callee, arguments, changed)
    }
}

/// Whether an expression is a node that others can be ordered around.
fn makes_node(expr: &Expr) -> bool {
    !matches!(
        expr,
        Expr::Input(_)
            | Expr::Local(_)
            | Expr::Constant(..)
            | Expr::Number(_)
            | Expr::Large(_)
            | Expr::Part(..)
    )
}
