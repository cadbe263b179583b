//! From seeds to programs.

mod conditions;
mod features;

use crate::{
    program::{
        Answer, Arm, Block, Branch, Expr, Gate, Handler, Map, MapBody, Override, Part, Program,
        Statement, Style, Successes, Workflow,
    },
    random::Random,
    types::Ty,
    vocabulary::Callee,
};
use features::Features;

/// How deep workflows, and branches, are inside of one another.
const DEPTH: usize = 3;

/// How many pods a program may need, about.
const PODS: usize = 9;

/// The types that a workflow gives, and that branches give.
const RESULTS: [Ty; 9] = [
    Ty::Int,
    Ty::Text,
    Ty::Thing,
    Ty::Hue,
    Ty::Ints,
    Ty::MaybeInt,
    Ty::Real,
    Ty::Truth,
    Ty::Table,
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

    fn inner(&mut self, scope: &mut Scope, ty: Ty) -> Expr {
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

    fn branch(&mut self, scope: &mut Scope, ty: Ty, depth: usize) -> Expr {
        if ty == Ty::Nothing {
            let condition = self.condition(scope, 1);
            let then = self.void_arm(scope, depth);
            let otherwise = match self.features.empty && self.random.percent(80) {
                true => Arm::Block(Block {
                    statements: Vec::new(),
                    result: None,
                    ty,
                }),
                false => self.void_arm(scope, depth),
            };
            return Expr::Branch(Box::new(Branch {
                style: Style::If,
                ty,
                cases: vec![(condition, then)],
                otherwise,
            }));
        }
        let count = 1 + self.random.below(3).min(self.random.below(3));
        let style = match self.random.below(4) {
            0 => Style::Conditional,
            1 => self.switch(scope, count),
            _ => Style::If,
        };
        let mut cases = Vec::new();
        for index in 0..count {
            let condition = match style {
                Style::Match(..) => crate::program::Condition::Known(true),
                _ => self.condition(scope, 2),
            };
            // At least one case gives something.
            let fails = index > 0 && self.random.percent(8);
            cases.push((condition, self.arm(scope, ty, depth, fails)));
        }
        // The last two of an `if` cannot both fail: Rust would not know what they give.
        let is_if = matches!(style, Style::If);
        let before = cases
            .last()
            .is_some_and(|(_, arm)| matches!(arm, Arm::Fail(_)));
        let fails = !(is_if && before) && self.random.percent(10);
        let otherwise = self.arm(scope, ty, depth, fails);
        Expr::Branch(Box::new(Branch {
            style,
            ty,
            cases,
            otherwise,
        }))
    }

    /// What a `match` looks at.
    fn switch(&mut self, scope: &mut Scope, count: usize) -> Style {
        let types: &[Ty] = if self.features.enums {
            &[Ty::Hue, Ty::Hue, Ty::Int]
        } else {
            &[Ty::Int, Ty::Text]
        };
        let ty = self.random.one_of(types);
        let subject = self.operand(scope, ty);
        let patterns = (0..count).map(|_| {
            (0..1 + self.random.below(2))
                .map(|_| self.random.number())
                .collect()
        });
        Style::Match(subject, ty, patterns.collect())
    }

    fn arm(&mut self, scope: &mut Scope, ty: Ty, depth: usize, fails: bool) -> Arm {
        if fails {
            return Arm::Fail(format!("there is no way {}", self.number()));
        }
        let need = match self.features.empty && self.random.percent(50) {
            true => Need::Any,
            false => Need::Call,
        };
        if need == Need::Any {
            let result = Some(self.source(scope, ty, need, 0));
            return Arm::Block(Block {
                statements: Vec::new(),
                result,
                ty,
            });
        }
        // Often exactly one call, which is no graph of its own.
        let is_one_call = self.random.percent(50) || self.pods >= PODS;
        if is_one_call {
            let result = Some(self.call(scope, ty, 0));
            return Arm::Block(Block {
                statements: Vec::new(),
                result,
                ty,
            });
        }
        if depth + 1 < DEPTH && self.random.percent(30) {
            let result = Some(self.branch(scope, ty, depth + 1));
            return Arm::Block(Block {
                statements: Vec::new(),
                result,
                ty,
            });
        }
        Arm::Block(self.block(scope, ty, depth + 1, need))
    }

    fn void_arm(&mut self, scope: &mut Scope, depth: usize) -> Arm {
        // Often exactly one call, whose output goes nowhere.
        if self.random.percent(50) {
            let ty = self
                .random
                .one_of(&[Ty::Int, Ty::Int, Ty::Text, Ty::Nothing]);
            let call = Statement::Let(self.call(scope, ty, 0));
            return Arm::Block(Block {
                statements: vec![call],
                result: None,
                ty: Ty::Nothing,
            });
        }
        let mut block = self.block(scope, Ty::Nothing, depth + 1, Need::Any);
        if block.statements.is_empty() {
            block
                .statements
                .push(Statement::Let(self.call_of(scope, Callee::nothing, 0)));
        }
        Arm::Block(block)
    }

    fn map(&mut self, scope: &mut Scope) -> (Expr, Ty) {
        self.pods += 2;
        let kind = match self.features.map_plans {
            true => 10 + self.random.below(4),
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
            12 => MapBody::ReferencePlan,
            13 => MapBody::ReferenceTask,
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

    fn gate(&mut self, scope: &mut Scope) -> (Expr, Ty) {
        let number = self.number();
        let name = match self.features.names && self.random.percent(40) {
            true => format!("prüfung{number}"),
            false => format!("gate{number}"),
        };
        if self.random.percent(50) {
            let ty = self.random.one_of(&[Ty::Int, Ty::Text, Ty::Thing]);
            let item = self.call(scope, ty, 0);
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

    fn dynamic(&mut self, scope: &mut Scope) -> (Expr, Ty) {
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

/// The parts of what is known that are of this type.
fn parts(scope: &Scope, ty: Ty) -> Vec<Expr> {
    let mut wholes: Vec<(Expr, Ty)> = Vec::new();
    // The inputs of a dynamic task are values.
    if scope.dynamic.is_none() {
        wholes.extend(
            scope
                .inputs
                .iter()
                .enumerate()
                .map(|(index, (_, ty))| (Expr::Input(index), *ty)),
        );
    }
    wholes.extend(
        scope
            .locals
            .iter()
            .enumerate()
            .map(|(index, (ty, _))| (Expr::Local(index), *ty)),
    );
    let mut found = Vec::new();
    for (whole, of) in wholes {
        let part = |part| Expr::Part(Box::new(whole.clone()), part);
        match (of, ty) {
            (Ty::Thing, Ty::Int) => found.extend([Part::Weight, Part::Depth, Part::Mark].map(part)),
            (Ty::Thing, Ty::Text) => found.push(part(Part::Name)),
            (Ty::Thing, Ty::Hue) => found.push(part(Part::Color)),
            (Ty::Thing, Ty::Truth) => found.push(part(Part::Ready)),
            (Ty::Thing, Ty::Real) => found.push(part(Part::Share)),
            (Ty::Thing, Ty::Ints) => found.push(part(Part::Marks)),
            (Ty::Ints, Ty::Int) | (Ty::Texts, Ty::Text) | (Ty::Things, Ty::Thing) => {
                found.push(part(Part::At(0)))
            }
            (Ty::Table, Ty::Int) => found.push(part(Part::Key("a"))),
            (Ty::Things, Ty::Int) => {
                found.push(Expr::Part(Box::new(part(Part::At(1))), Part::Weight))
            }
            _ => {}
        }
    }
    found
}
