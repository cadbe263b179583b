//! Branches, with every kind of arm.

use super::{DEPTH, Generator, Need, PODS, Scope};
use crate::{
    program::{Arm, Block, Branch, Condition, Expr, Statement, Style},
    types::Ty,
    vocabulary::Callee,
};

impl Generator {
    pub(super) fn branch(&mut self, scope: &mut Scope, ty: Ty, depth: usize) -> Expr {
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
                Style::Match(..) => Condition::Known(true),
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
}
