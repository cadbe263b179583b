//! `retries = 3`, or `retries(count = 3, backoff = "1s", factor = 2.0, cap = "1m", jitter)`.

use std::time::Duration;

use syn::{Expr, Lit};

use super::{
    args::{Arg, Scope, Value},
    task_parts::required,
    value::{Spanned, ungroup},
};
use crate::diag::Diag;

#[derive(Debug)]
pub(crate) struct Retries {
    pub(crate) count: Spanned<u32>,
    pub(crate) backoff: Option<Backoff>,
}

#[derive(Debug)]
pub(crate) struct Backoff {
    pub(crate) base: Duration,
    /// 2000 doubles the wait.
    pub(crate) factor_thousandths: u32,
    pub(crate) cap: Option<Duration>,
    pub(crate) jitter: bool,
}

const FULL: &str = "retries(count = 3, backoff = \"1s\", factor = 2.0, cap = \"1m\", jitter)";

/// The default factor from one wait to the next.
const DOUBLED: u32 = 2_000;

pub(super) fn retries(arg: &Arg, diag: &mut Diag) -> Option<Retries> {
    const SCOPE: Scope = Scope {
        renamed: &[
            ("base", "backoff = \"1s\""),
            ("max", "cap = \"1m\""),
            ("exponent", "factor = 2.0"),
        ],
        ..Scope::new(
            "retries",
            "option",
            &[
                ("count", "count = 3"),
                ("backoff", "backoff = \"1s\""),
                ("factor", "factor = 2.0"),
                ("cap", "cap = \"1m\""),
                ("jitter", "jitter"),
            ],
        )
    };
    if !matches!(arg.value, Value::List(_)) {
        let count = arg.number(diag)?;
        return Some(Retries {
            count,
            backoff: None,
        });
    }
    let (mut count, mut base, mut factor, mut cap, mut jitter) = (None, None, None, None, None);
    let parts = arg.nested(&SCOPE, diag)?;
    for part in parts.iter() {
        match part.name.as_str() {
            "count" => count = part.number(diag),
            "backoff" => base = wait(part, diag),
            "factor" => factor = thousandths(part, diag),
            "cap" => cap = wait(part, diag),
            _ => jitter = part.flag(diag),
        }
    }
    required("count", "retries(count = 3, ..)", arg, &parts, diag);
    let written = |name: &str| parts.iter().find(|part| part.name == name);
    if parts.lack("backoff") {
        for name in ["factor", "cap", "jitter"] {
            if let Some(part) = written(name) {
                let message =
                    format!("`{name}` changes a `backoff`, and there is none; write `{FULL}`");
                diag.push(part.key.span(), message);
            }
        }
    }
    if let (Some(base), Some(cap)) = (&base, &cap)
        && cap.value < base.value
    {
        diag.push(
            cap.span,
            "`cap` is below `backoff`, the first wait; raise the cap or lower the backoff"
                .to_owned(),
        );
    }
    Some(Retries {
        count: count?,
        backoff: base.map(|base| Backoff {
            base: base.value,
            factor_thousandths: factor.unwrap_or(DOUBLED),
            cap: cap.map(|cap| cap.value),
            jitter: jitter.is_some_and(|jitter| jitter.value),
        }),
    })
}

/// A wait longer than zero.
fn wait(part: &Arg, diag: &mut Diag) -> Option<Spanned<Duration>> {
    let wait = part.any_duration(diag)?;
    if wait.value.is_zero() {
        let message = format!("`{}` of zero does not wait; leave it out", part.name);
        diag.push(wait.span, message);
        return None;
    }
    Some(wait)
}

/// `factor = 2` or `factor = 1.5`: at least 1, in steps of a thousandth.
fn thousandths(part: &Arg, diag: &mut Diag) -> Option<u32> {
    let Value::Expr(expr) = &part.value else {
        return part.refuse("a number", diag);
    };
    let digits = match ungroup(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) if number.suffix().is_empty() => number.base10_digits().to_owned(),
            Lit::Float(number) if number.suffix().is_empty() => number.base10_digits().to_owned(),
            _ => return part.refuse("a number", diag),
        },
        _ => return part.refuse("a number", diag),
    };
    let thousandths = digits.parse::<f64>().unwrap_or(f64::INFINITY) * 1_000.0;
    if !(1_000.0..=1_000_000.0).contains(&thousandths) {
        diag.push(
            part.value_span(),
            "`factor` is from 1 to 1000: what each wait is multiplied by for the next".to_owned(),
        );
        return None;
    }
    if (thousandths - thousandths.round()).abs() > 1e-6 {
        let message = "`factor` has at most three digits behind the point".to_owned();
        diag.push(part.value_span(), message);
        return None;
    }
    // Checked above: the number is whole and fits.
    Some(thousandths.round() as u32)
}
