//! From generated programs to graphs, through what the macros make of bodies.

use std::sync::Arc;

use flyte_core::graph::ListBinding;
use flyte_runtime::{
    __private::branch::{Constant, Flow, Select as _, Switch},
    compat::ImperativeWorkflow,
    graph::{
        CompileError, Condition as Written, Graph, NodeOutputs as _, VoidPromise, WorkflowBuilder,
        conditional,
    },
    prelude::*,
};

use crate::{
    program::{
        Arm, Block, Branch, Condition, Expr, Handler, Map, MapBody, Operator, Override, Part,
        Program, Statement, Style, Successes, Workflow,
    },
    types::{AnyBound, Bound, Color, Item, Kind, Ty, rust, with_type},
    vocabulary,
};

/// What is called a generated workflow's only output.
const OUTPUT: &str = "o0";

/// The workflows of a program; the last one is the program's.
pub(crate) fn build(program: &Program) -> Result<Vec<ImperativeWorkflow>, CompileError> {
    let mut built = Vec::new();
    for workflow in &program.workflows {
        built.push(one(workflow, &built)?);
    }
    Ok(built)
}

fn one(
    workflow: &Workflow,
    before: &[ImperativeWorkflow],
) -> Result<ImperativeWorkflow, CompileError> {
    let mut builder = WorkflowBuilder::new(workflow.name.clone());
    let inputs = workflow.inputs.iter().map(|(name, ty)| {
        with_type!(
            *ty,
            T => AnyBound::of(builder.add_workflow_input::<T>(name.clone())),
            AnyBound::Nothing(None)
        )
    });
    let inputs = inputs.collect();
    match workflow.handler {
        Some(Handler::Optional) => builder.add_on_failure_handler::<vocabulary::clean>(),
        Some(Handler::Plain) => builder.add_on_failure_handler::<vocabulary::clean_plain>(),
        Some(Handler::Workflow) => builder.add_on_failure_handler::<vocabulary::clean_up>(),
        None => {}
    }
    let mut scope = Scope {
        before,
        inputs,
        locals: Vec::new(),
        branches: 0,
    };
    let result = builder.add(|| scope.block(&workflow.body));
    with_type!(
        workflow.body.ty,
        T => builder.add_workflow_output::<T>(OUTPUT, result.get::<T>()),
        ()
    );
    builder.build()
}

/// Builds the body of a dynamic task.
pub(crate) fn dynamic<T: Kind>(body: &Block, x: i64) -> Promise<T> {
    let mut scope = Scope {
        before: &[],
        inputs: vec![AnyBound::Int(Bound::Value(x))],
        locals: Vec::new(),
        branches: 0,
    };
    scope.block(body).promise()
}

/// What a dynamic task builds, as a graph: that of a workflow without inputs of the same body.
pub(crate) fn job(seed: u64, body: &Block) -> Result<Arc<Graph>, CompileError> {
    let mut builder = WorkflowBuilder::new(format!("generated.job{seed}"));
    let mut scope = Scope {
        before: &[],
        inputs: vec![AnyBound::Int(Bound::Value(i64::sample(seed as u8)))],
        locals: Vec::new(),
        branches: 0,
    };
    let result = builder.add(|| scope.block(body));
    with_type!(body.ty, T => builder.add_workflow_output::<T>(OUTPUT, result.get::<T>()), ());
    builder.build()?.graph()
}

/// What is known where an expression is built.
struct Scope<'w> {
    before: &'w [ImperativeWorkflow],
    inputs: Vec<AnyBound>,
    locals: Vec<AnyBound>,
    branches: usize,
}

impl Scope<'_> {
    /// What a block ends with; its locals end with it.
    fn block(&mut self, block: &Block) -> AnyBound {
        let locals = self.locals.len();
        for statement in &block.statements {
            match statement {
                Statement::Let(expr) => {
                    let value = self.expr(expr);
                    self.locals.push(value);
                }
                Statement::Order(first, second) => {
                    self.locals[*first].runs_before(&self.locals[*second]);
                }
            }
        }
        let result = block.result.as_ref().map(|expr| self.expr(expr));
        self.locals.truncate(locals);
        result.unwrap_or(AnyBound::Nothing(None))
    }

    fn all(&mut self, exprs: &[Expr]) -> Vec<AnyBound> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn expr(&mut self, expr: &Expr) -> AnyBound {
        match expr {
            Expr::Input(input) => self.inputs[*input].clone(),
            Expr::Local(local) => self.locals[*local].clone(),
            Expr::Constant(ty, number) => ty.constant(*number),
            Expr::Number(number) => AnyBound::Int(Bound::Value(*number)),
            Expr::Large(size) => {
                AnyBound::Text(Bound::Value("large ".repeat(usize::from(*size) << 18)))
            }
            Expr::Part(of, part) => {
                let of = self.expr(of);
                part_of(&of, *part)
            }
            Expr::List(items) => list(self.all(items)),
            Expr::Call(callee, arguments, changed) => {
                let arguments = self.all(arguments);
                let value = callee.node(&arguments);
                overridden(value, *changed)
            }
            Expr::Inner(workflow, arguments) => {
                let arguments = self.all(arguments);
                inner(self.before[*workflow], &arguments)
            }
            Expr::Branch(branch) => {
                with_type!(branch.ty, T => self.branch::<T>(branch), self.void_branch(branch))
            }
            Expr::Map(map) => self.map(map),
            Expr::Approve(item, name) => {
                let item = self.expr(item);
                approved(&item, name)
            }
            Expr::Wait(ty, name) => {
                with_type!(*ty, T => AnyBound::of(wait_for_input::<T>::node(name.clone(), "10m")), AnyBound::Nothing(None))
            }
            Expr::Sleep => {
                AnyBound::Nothing(Some(sleep::node(std::time::Duration::from_millis(1))))
            }
            Expr::Chain(length, start) => {
                let mut last = self.expr(start);
                for _ in 0..*length {
                    last = vocabulary::Callee::half.node(&[last]);
                }
                last
            }
            Expr::Spelled(color) => {
                let color = self.expr(color).promise::<Color>();
                AnyBound::of(vocabulary::shout::node(color))
            }
        }
    }

    fn condition(&mut self, condition: &Condition) -> Written {
        match condition {
            Condition::Compare(ty, operator, left, right) => {
                let (left, right) = (self.expr(left), self.expr(right));
                compare(*ty, *operator, &left, &right)
            }
            Condition::IsSome(ty, of) => {
                let of = self.expr(of);
                match ty {
                    Ty::MaybeInt => of.promise::<Option<i64>>().is_some(),
                    _ => of.promise::<Option<String>>().is_some(),
                }
            }
            Condition::IsNone(ty, of) => {
                let of = self.expr(of);
                match ty {
                    Ty::MaybeInt => of.promise::<Option<i64>>().is_none(),
                    _ => of.promise::<Option<String>>().is_none(),
                }
            }
            Condition::Holds(truth) => self.expr(truth).promise::<bool>().is_true(),
            Condition::Both(one, other) => {
                let one = self.condition(one);
                one.and(self.condition(other))
            }
            Condition::Either(one, other) => {
                let one = self.condition(one);
                one.or(self.condition(other))
            }
            Condition::Not(condition) => !self.condition(condition),
            Condition::Known(known) => (*known).into(),
        }
    }

    fn name(&mut self) -> String {
        self.branches += 1;
        format!("branch-{}", self.branches)
    }

    fn branch<T: Kind>(&mut self, branch: &Branch) -> AnyBound {
        let promise = match &branch.style {
            Style::If => {
                let mut rest = branch.cases.iter();
                let Some((condition, arm)) = rest.next() else {
                    panic!("a branch has a case")
                };
                self.if_::<T>(condition, arm, rest.as_slice(), &branch.otherwise)
            }
            Style::Conditional => self.explicit::<T>(branch),
            Style::Match(subject, ty, patterns) => self.switch::<T>(branch, subject, *ty, patterns),
        };
        AnyBound::of(promise)
    }

    /// What `if a { .. } else if b { .. } else { .. }` becomes.
    fn if_<T: Kind>(
        &mut self,
        condition: &Condition,
        arm: &Arm,
        rest: &[(Condition, Arm)],
        otherwise: &Arm,
    ) -> Promise<T> {
        let mut cases = self
            .condition(condition)
            .__select("if")
            .cases::<Promise<T>>();
        loop {
            let given = match (cases.case(), rest.split_first()) {
                (0, _) => match arm {
                    Arm::Block(block) => cases.value(self.block(block).get::<T>()),
                    Arm::Fail(message) => cases.fail(message.clone()),
                },
                (_, Some(((condition, arm), rest))) => {
                    cases.else_if();
                    cases.value(self.if_::<T>(condition, arm, rest, otherwise))
                }
                (_, None) => match otherwise {
                    Arm::Block(block) => cases.value(self.block(block).get::<T>()),
                    Arm::Fail(message) => cases.fail(message.clone()),
                },
            };
            if let Flow::Done(promise) = cases.push(given) {
                return promise;
            }
        }
    }

    fn switch<T: Kind>(
        &mut self,
        branch: &Branch,
        subject: &Expr,
        ty: Ty,
        patterns: &[Vec<u8>],
    ) -> Promise<T> {
        let subject = self.expr(subject);
        let numbered = || patterns.iter().enumerate();
        let mut cases = match ty {
            Ty::Int => Switch(&subject.promise::<i64>()).__pick(
                |_| 0,
                || {
                    let of = |n: &u8| Constant::Named(i64::sample(*n));
                    let cases =
                        numbered().map(|(case, numbers)| (case, numbers.iter().map(of).collect()));
                    cases.chain([(patterns.len(), Vec::new())]).collect()
                },
                "match",
            ),
            Ty::Hue => Switch(&subject.promise::<Color>()).__pick(
                |_| 0,
                || {
                    let of = |n: &u8| Constant::Named(Color::sample(*n));
                    let cases =
                        numbered().map(|(case, numbers)| (case, numbers.iter().map(of).collect()));
                    cases.chain([(patterns.len(), Vec::new())]).collect()
                },
                "match",
            ),
            _ => Switch(&subject.promise::<String>()).__pick(
                |_| 0,
                || {
                    let of = |n: &u8| Constant::Named(&*String::sample(*n).leak());
                    let cases =
                        numbered().map(|(case, numbers)| (case, numbers.iter().map(of).collect()));
                    cases.chain([(patterns.len(), Vec::new())]).collect()
                },
                "match",
            ),
        }
        .cases::<Promise<T>>();
        loop {
            let arm = match cases.case() {
                case if case < branch.cases.len() => &branch.cases[case].1,
                _ => &branch.otherwise,
            };
            let given = match arm {
                Arm::Block(block) => cases.value(self.block(block).get::<T>()),
                Arm::Fail(message) => cases.fail(message.clone()),
            };
            if let Flow::Done(promise) = cases.push(given) {
                return promise;
            }
        }
    }

    fn explicit<T: Kind>(&mut self, branch: &Branch) -> Promise<T> {
        let name = self.name();
        let mut before: Option<flyte_runtime::compat::Cases<Promise<T>>> = None;
        for (condition, arm) in &branch.cases {
            let condition = self.condition(condition);
            let case = match before {
                None => conditional(name.clone()).if_(condition),
                Some(cases) => cases.elif_(condition),
            };
            before = Some(match arm {
                Arm::Block(block) => case.then(|| self.block(block).get::<T>()),
                Arm::Fail(message) => case.fail(message.clone()),
            });
        }
        let last = before.expect("a branch has a case").else_();
        match &branch.otherwise {
            Arm::Block(block) => last.then(|| self.block(block).get::<T>()),
            Arm::Fail(message) => last.fail(message.clone()),
        }
    }

    /// A branch without a value.
    fn void_branch(&mut self, branch: &Branch) -> AnyBound {
        let (condition, arm) = branch.cases.first().expect("a branch has a case");
        let mut cases = self
            .condition(condition)
            .__select("if")
            .cases::<VoidPromise>();
        loop {
            let arm = match cases.case() {
                0 => arm,
                _ => &branch.otherwise,
            };
            let given = match arm {
                Arm::Block(block) => {
                    self.block(block);
                    cases.nothing(())
                }
                Arm::Fail(message) => cases.fail(message.clone()),
            };
            if let Flow::Done(promise) = cases.push(given) {
                return AnyBound::Nothing(Some(promise));
            }
        }
    }

    fn map(&mut self, map: &Map) -> AnyBound {
        let over = self.expr(&map.over);
        let other = match &map.body {
            MapBody::Add(other) | MapBody::Zip(other) | MapBody::PlanWith(other) => {
                Some(self.expr(other))
            }
            _ => None,
        };
        let ints = || over.promise::<Vec<i64>>();
        let fixed = || other.as_ref().map_or(Bound::Value(0), AnyBound::get::<i64>);
        match &map.body {
            MapBody::Half => options(map, ints().map(|x| vocabulary::half::node(x))),
            MapBody::EvenOnly => options(map, ints().map(|x| vocabulary::even_only::node(x))),
            MapBody::Add(_) => options(map, ints().map(|x| vocabulary::add::node(x, fixed()))),
            MapBody::Zip(_) => {
                let others = other
                    .as_ref()
                    .map_or_else(ints, AnyBound::promise::<Vec<i64>>);
                options(
                    map,
                    ints().zip(others).map(|(x, y)| vocabulary::add::node(x, y)),
                )
            }
            MapBody::Spell => whole(map, ints().map(|x| vocabulary::spell::node(x))),
            MapBody::Length => options(
                map,
                over.promise::<Vec<String>>()
                    .map(|x| vocabulary::length::node(x)),
            ),
            MapBody::Weigh => options(
                map,
                over.promise::<Vec<Item>>()
                    .map(|x| vocabulary::weigh::node(x)),
            ),
            MapBody::Make => whole(map, ints().map(|x| vocabulary::make_thing::node(x))),
            MapBody::Plan => options(map, ints().map(|x| vocabulary::plan_int::node(x))),
            MapBody::PlanWith(_) => {
                options(map, ints().map(|x| vocabulary::plan_open::node(x, fixed())))
            }
            MapBody::ReferenceTask => options(map, ints().map(|x| vocabulary::half_there::node(x))),
            MapBody::ReferencePlan => options(map, ints().map(|x| vocabulary::plan_there::node(x))),
        }
    }
}

/// A map with its options.
fn whole<T: Kind>(map: &Map, list: Promise<Vec<T>>) -> AnyBound
where
    Vec<T>: Kind,
{
    AnyBound::of(if map.concurrency {
        list.concurrency(2)
    } else {
        list
    })
}

/// The same for a map of integers, some of whose elements may fail.
fn options(map: &Map, list: Promise<rust::Ints>) -> AnyBound {
    let list = if map.concurrency {
        list.concurrency(2)
    } else {
        list
    };
    match map.successes {
        None => AnyBound::of(list),
        Some(Successes::Number(number)) => AnyBound::of(list.min_successes(usize::from(number))),
        Some(Successes::Half) => AnyBound::of(list.min_success_ratio(0.5)),
    }
}

fn part_of(of: &AnyBound, part: Part) -> AnyBound {
    let thing = || of.promise::<Item>().fields();
    match part {
        Part::Weight => AnyBound::of(thing().weight),
        Part::Name => AnyBound::of(thing().name),
        Part::Color => AnyBound::of(thing().color),
        Part::Ready => AnyBound::of(thing().ready),
        Part::Share => AnyBound::of(thing().share),
        Part::Depth => AnyBound::of(thing().inner.fields().depth),
        Part::Mark => AnyBound::of(thing().marks.at(0)),
        Part::Marks => AnyBound::of(thing().marks),
        Part::Maybe => AnyBound::of(thing().maybe),
        Part::Due => AnyBound::of(thing().due),
        Part::Takes => AnyBound::of(thing().takes),
        Part::Stock => AnyBound::of(thing().stock),
        Part::At(index) => match of {
            AnyBound::Ints(_) => AnyBound::of(of.promise::<Vec<i64>>().at(index)),
            AnyBound::Texts(_) => AnyBound::of(of.promise::<Vec<String>>().at(index)),
            _ => AnyBound::of(of.promise::<Vec<Item>>().at(index)),
        },
        Part::Key(key) => AnyBound::of(of.promise::<rust::Table>().get(key)),
    }
}

/// `vec![a, 5]`
fn list(items: Vec<AnyBound>) -> AnyBound {
    let list = items
        .iter()
        .fold(ListBinding::<i64, 0>::new(), |list, item| {
            list.item(item.get::<i64>())
        });
    AnyBound::of(vocabulary::kept::node(list))
}

fn overridden(value: AnyBound, changed: Option<Override>) -> AnyBound {
    let Some(changed) = changed else {
        return value;
    };
    value.with_overrides(|overrides| match changed {
        Override::ShortTimeout => overrides.timeout("200ms"),
        Override::Alias => overrides.alias("o0", "total"),
        Override::NodeName(number) => overrides.node_name(format!("step {number}")),
        Override::IdOfCase(number) => overrides.node_name(format!("n{number}-n0")),
        Override::Retries => overrides.retries(2),
    })
}

fn inner(workflow: ImperativeWorkflow, arguments: &[AnyBound]) -> AnyBound {
    let declared = workflow.descriptor().inputs().iter();
    let mut node = workflow.node();
    for (input, argument) in declared.zip(arguments) {
        node =
            with_type!(argument.ty(), T => node.input::<T>(input.name, argument.get::<T>()), node);
    }
    let node = node.add();
    match workflow
        .descriptor()
        .outputs()
        .first()
        .and_then(|output| Ty::of(output.info))
    {
        Some(ty) => {
            with_type!(ty, T => AnyBound::of(node.output::<T>(OUTPUT)), AnyBound::Nothing(None))
        }
        None => AnyBound::Nothing(None),
    }
}

fn approved(item: &AnyBound, name: &str) -> AnyBound {
    match item {
        AnyBound::Text(_) => AnyBound::of(approve::node(item.promise::<String>(), name, "10m")),
        AnyBound::Thing(_) => AnyBound::of(approve::node(item.promise::<Item>(), name, "10m")),
        _ => AnyBound::of(approve::node(item.promise::<i64>(), name, "10m")),
    }
}

fn compare(ty: Ty, operator: Operator, left: &AnyBound, right: &AnyBound) -> Written {
    match ty {
        Ty::Int => ordered::<i64>(operator, left, right),
        Ty::Real => ordered::<f64>(operator, left, right),
        Ty::Text => ordered::<String>(operator, left, right),
        Ty::Time => ordered::<rust::Time>(operator, left, right),
        Ty::Span => ordered::<rust::Span>(operator, left, right),
        Ty::Truth => equal::<bool>(operator, left, right),
        Ty::Hue => equal::<Color>(operator, left, right),
        Ty::MaybeText => equal::<Option<String>>(operator, left, right),
        _ => equal::<Option<i64>>(operator, left, right),
    }
}

fn ordered<T: Kind + flyte_core::graph::condition::Ordered>(
    operator: Operator,
    left: &AnyBound,
    right: &AnyBound,
) -> Written {
    let (left, right) = (left.promise::<T>(), right.get::<T>());
    match (operator, right) {
        (Operator::Lt, Bound::Promise(right)) => left.lt(right),
        (Operator::Lt, Bound::Value(right)) => left.lt(right),
        (Operator::Le, Bound::Promise(right)) => left.le(right),
        (Operator::Le, Bound::Value(right)) => left.le(right),
        (Operator::Gt, Bound::Promise(right)) => left.gt(right),
        (Operator::Gt, Bound::Value(right)) => left.gt(right),
        (Operator::Ge, Bound::Promise(right)) => left.ge(right),
        (Operator::Ge, Bound::Value(right)) => left.ge(right),
        (Operator::Eq, Bound::Promise(right)) => left.eq(right),
        (Operator::Eq, Bound::Value(right)) => left.eq(right),
        (Operator::Ne, Bound::Promise(right)) => left.ne(right),
        (Operator::Ne, Bound::Value(right)) => left.ne(right),
    }
}

fn equal<T: Kind + flyte_runtime::__private::Comparable>(
    operator: Operator,
    left: &AnyBound,
    right: &AnyBound,
) -> Written {
    let (left, right) = (left.promise::<T>(), right.get::<T>());
    match (operator, right) {
        (Operator::Ne, Bound::Promise(right)) => left.ne(right),
        (Operator::Ne, Bound::Value(right)) => left.ne(right),
        (_, Bound::Promise(right)) => left.eq(right),
        (_, Bound::Value(right)) => left.eq(right),
    }
}
