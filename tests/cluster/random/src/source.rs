//! Generated programs as Rust, for people who look at what went wrong.

use std::fmt;

use crate::program::{
    Arm, Block, Branch, Condition, Expr, Map, MapBody, Operator, Override, Part, Program,
    Statement, Style, Successes, Workflow,
};

impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "// seed {}", self.seed)?;
        for gate in &self.gates {
            writeln!(f, "// {} is answered {:?}", gate.name, gate.answer)?;
        }
        for (index, workflow) in self.workflows.iter().enumerate() {
            Writer { program: self }.workflow(f, index, workflow)?;
        }
        Ok(())
    }
}

struct Writer<'p> {
    program: &'p Program,
}

impl Writer<'_> {
    fn workflow(
        &self,
        f: &mut fmt::Formatter<'_>,
        index: usize,
        workflow: &Workflow,
    ) -> fmt::Result {
        let inputs = workflow
            .inputs
            .iter()
            .map(|(name, ty)| format!("{name}: {}", ty.rust()));
        let inputs = inputs.collect::<Vec<_>>().join(", ");
        match workflow.handler {
            Some(handler) => writeln!(f, "#[workflow(on_failure = {handler:?})]")?,
            None => writeln!(f, "#[workflow]")?,
        }
        let names = Names {
            program: self.program,
            inputs: workflow
                .inputs
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
        };
        let body = names.block(&workflow.body, 0, 0);
        writeln!(
            f,
            "fn w{index}({inputs}) -> {} {body}",
            workflow.body.ty.rust()
        )
    }
}

struct Names<'p> {
    program: &'p Program,
    inputs: Vec<String>,
}

impl Names<'_> {
    fn block(&self, block: &Block, locals: usize, indent: usize) -> String {
        let pad = "    ".repeat(indent + 1);
        let mut text = "{\n".to_owned();
        let mut next = locals;
        for statement in &block.statements {
            match statement {
                Statement::Let(expr) => {
                    text += &format!(
                        "{pad}let v{next} = {};\n",
                        self.expr(expr, next, indent + 1)
                    );
                    next += 1;
                }
                Statement::Order(first, second) => {
                    text += &format!("{pad}v{first} >> v{second};\n");
                }
            }
        }
        if let Some(result) = &block.result {
            text += &format!("{pad}{}\n", self.expr(result, next, indent + 1));
        }
        text + &"    ".repeat(indent) + "}"
    }

    fn all(&self, exprs: &[Expr], locals: usize, indent: usize) -> String {
        let exprs = exprs.iter().map(|expr| self.expr(expr, locals, indent));
        exprs.collect::<Vec<_>>().join(", ")
    }

    fn expr(&self, expr: &Expr, locals: usize, indent: usize) -> String {
        let of = |expr: &Expr| self.expr(expr, locals, indent);
        match expr {
            Expr::Input(input) => self.inputs[*input].clone(),
            Expr::Local(local) => format!("v{local}"),
            Expr::Constant(ty, number) => ty.shown(*number),
            Expr::Number(number) => number.to_string(),
            Expr::Large(size) => format!("\"large \".repeat({size} << 18)"),
            Expr::Part(whole, part) => of(whole) + &step(*part),
            Expr::List(items) => format!("kept(vec![{}])", self.all(items, locals, indent)),
            Expr::Call(callee, arguments, changed) => {
                let changed = match changed {
                    None => "",
                    Some(Override::ShortTimeout) => ".with_overrides(|o| o.timeout(\"200ms\"))",
                    Some(Override::Alias) => ".with_overrides(|o| o.alias(\"o0\", \"total\"))",
                    Some(Override::NodeName(_)) => ".with_overrides(|o| o.node_name(..))",
                    Some(Override::IdOfCase(_)) => ".with_overrides(|o| o.node_name(\"n..-n0\"))",
                    Some(Override::Retries) => ".with_overrides(|o| o.retries(2))",
                };
                format!(
                    "{}({}){changed}",
                    callee.name(),
                    self.all(arguments, locals, indent)
                )
            }
            Expr::Inner(workflow, arguments) => {
                debug_assert!(*workflow < self.program.workflows.len());
                format!("w{workflow}({})", self.all(arguments, locals, indent))
            }
            Expr::Branch(branch) => self.branch(branch, locals, indent),
            Expr::Map(map) => self.map(map, locals, indent),
            Expr::Approve(item, name) => format!("approve({}, {name:?}, \"10m\")", of(item)),
            Expr::Wait(ty, name) => format!("wait_for_input::<{}>({name:?}, \"10m\")", ty.rust()),
            Expr::Sleep => "sleep(\"1ms\")".to_owned(),
            Expr::Chain(length, start) => format!("/* half, {length} times */ half({})", of(start)),
            Expr::Spelled(color) => format!("shout({})", of(color)),
        }
    }

    fn branch(&self, branch: &Branch, locals: usize, indent: usize) -> String {
        let arm = |arm: &Arm| match arm {
            Arm::Block(block) => self.block(block, locals, indent),
            Arm::Fail(message) => format!("{{ fail({message:?}) }}"),
        };
        if let Style::Match(subject, ty, patterns) = &branch.style {
            let mut text = format!("match {} {{ ", self.expr(subject, locals, indent));
            for (numbers, (_, case)) in patterns.iter().zip(&branch.cases) {
                let patterns: Vec<_> = numbers.iter().map(|number| ty.shown(*number)).collect();
                text += &format!("{} => {} ", patterns.join(" | "), arm(case));
            }
            return text + &format!("_ => {} }}", arm(&branch.otherwise));
        }
        let cases = branch.cases.iter().map(|(condition, case)| {
            format!(
                "if {} {}",
                self.condition(condition, locals, indent),
                arm(case)
            )
        });
        let cases = cases.collect::<Vec<_>>().join(" else ");
        let how = if matches!(branch.style, Style::Conditional) {
            "/* conditional */ "
        } else {
            ""
        };
        format!("{how}{cases} else {}", arm(&branch.otherwise))
    }

    fn condition(&self, condition: &Condition, locals: usize, indent: usize) -> String {
        let of = |expr: &Expr| self.expr(expr, locals, indent);
        let inside = |condition: &Condition| self.condition(condition, locals, indent);
        match condition {
            Condition::Compare(_, operator, left, right) => {
                let operator = match operator {
                    Operator::Eq => "==",
                    Operator::Ne => "!=",
                    Operator::Lt => "<",
                    Operator::Le => "<=",
                    Operator::Gt => ">",
                    Operator::Ge => ">=",
                };
                format!("{} {operator} {}", of(left), of(right))
            }
            Condition::IsSome(_, option) => format!("{}.is_some()", of(option)),
            Condition::IsNone(_, option) => format!("{}.is_none()", of(option)),
            Condition::Holds(truth) => of(truth),
            Condition::Both(one, other) => format!("({} && {})", inside(one), inside(other)),
            Condition::Either(one, other) => format!("({} || {})", inside(one), inside(other)),
            Condition::Not(condition) => format!("!({})", inside(condition)),
            Condition::Known(known) => known.to_string(),
        }
    }

    fn map(&self, map: &Map, locals: usize, indent: usize) -> String {
        let of = |expr: &Expr| self.expr(expr, locals, indent);
        let body = match &map.body {
            MapBody::Half => ".map(half)".to_owned(),
            MapBody::EvenOnly => ".map(even_only)".to_owned(),
            MapBody::Add(k) => format!(".map(|x| add(x, {}))", of(k)),
            MapBody::Zip(other) => format!(".zip({}).map(|(x, y)| add(x, y))", of(other)),
            MapBody::Spell => ".map(spell)".to_owned(),
            MapBody::Length => ".map(length)".to_owned(),
            MapBody::Weigh => ".map(weigh)".to_owned(),
            MapBody::Make => ".map(make_thing)".to_owned(),
            MapBody::Plan => ".map(plan_int)".to_owned(),
            MapBody::PlanWith(k) => format!(".map(|x| plan_open(x, {}))", of(k)),
            MapBody::ReferenceTask => ".map(half_there)".to_owned(),
            MapBody::ReferencePlan => ".map(plan_there)".to_owned(),
        };
        let concurrency = if map.concurrency {
            ".concurrency(2)"
        } else {
            ""
        };
        let successes = match map.successes {
            None => String::new(),
            Some(Successes::Number(number)) => format!(".min_successes({number})"),
            Some(Successes::Half) => ".min_success_ratio(0.5)".to_owned(),
        };
        of(&map.over) + &body + concurrency + &successes
    }
}

fn step(part: Part) -> String {
    match part {
        Part::Weight => ".weight".to_owned(),
        Part::Name => ".name".to_owned(),
        Part::Color => ".color".to_owned(),
        Part::Ready => ".ready".to_owned(),
        Part::Share => ".share".to_owned(),
        Part::Depth => ".inner.depth".to_owned(),
        Part::Mark => ".marks.at(0)".to_owned(),
        Part::Marks => ".marks".to_owned(),
        Part::Maybe => ".maybe".to_owned(),
        Part::Due => ".due".to_owned(),
        Part::Takes => ".takes".to_owned(),
        Part::Stock => ".stock".to_owned(),
        Part::At(index) => format!(".at({index})"),
        Part::Key(key) => format!(".get({key:?})"),
    }
}
