//! `explain`: the cause and the cure of what `check` finds.

use clap::{Arg, ArgMatches, Command, error::ErrorKind};
use serde_json::json;

use super::{Reply, failure::Failure, json, options, table::table};
use flyte_check::check::Rule;
use flyte_grammar::nearest::distance;

const CODE: &str = "code";

pub(super) fn command() -> Command {
    Command::new("explain")
        .about("Explains a rule of `check`: what a cluster does and why, and what to write instead")
        .arg(
            Arg::new(CODE)
                .value_name("CODE")
                .help("The code in `error[CODE]` or `warning[CODE]` [default: lists all]"),
        )
        .arg(options::json())
        .after_help("Exit codes: 0 explained; 2 there is no such rule")
}

/// The rule of a code, which may be given as it is printed: `error[code]`.
fn rule_of(given: &str) -> Result<Rule, &'static str> {
    let inside = given
        .split_once('[')
        .map_or(given, |(_, rest)| rest.trim_end_matches(']'));
    let code = inside.trim().to_lowercase().replace('_', "-");
    Rule::of_code(&code).ok_or_else(|| {
        let codes = Rule::ALL.iter().map(|rule| rule.code());
        codes
            .min_by_key(|known| distance(known, &code))
            .unwrap_or_default()
    })
}

pub(super) fn reply(bin: &str, options: &ArgMatches) -> Reply {
    let json = json(options);
    let rules = match options.get_one::<String>(CODE) {
        None => Rule::ALL.to_vec(),
        Some(given) => match rule_of(given) {
            Ok(rule) => vec![rule],
            Err(nearest) => {
                let problem = format!("there is no rule `{given}`; did you mean `{nearest}`?");
                let mut command = command().bin_name(format!("{bin} explain"));
                let error = command.error(ErrorKind::ValueValidation, problem);
                return Reply::failed(&Failure::from(error), json);
            }
        },
    };
    Reply::success(match (json, &rules[..]) {
        (true, rules) => {
            let rules: Vec<_> = rules.iter().copied().map(as_json).collect();
            format!("{}\n", json!({ "rules": rules }))
        }
        (false, [rule]) => explained(*rule),
        (false, rules) => listed(rules),
    })
}

fn explained(rule: Rule) -> String {
    let severity = rule.severity();
    let by = match rule.refused_by() {
        Some(by) => format!("Refused by {by}."),
        None => "Not refused.".to_owned(),
    };
    let otherwise = match rule.written_otherwise() {
        Some("yes") => {
            "\nWhere another form gives the same result, that form is registered and nothing is reported.\n"
        }
        _ => "",
    };
    format!(
        "{severity}[{rule}]: {} {by}\n\n{}\n\ninstead: {}\n{otherwise}",
        rule.summary(),
        rule.cause(),
        rule.cure(),
    )
}

fn listed(rules: &[Rule]) -> String {
    let row = |rule: &Rule| {
        let severity = rule.severity().to_string();
        [severity, rule.code().to_owned(), rule.summary().to_owned()]
    };
    table("", &rules.iter().map(row).collect::<Vec<_>>())
}

fn as_json(rule: Rule) -> serde_json::Value {
    json!({
        "rule": rule,
        "severity": rule.severity(),
        "refused_by": rule.refused_by(),
        "summary": rule.summary(),
        "cause": rule.cause(),
        "cure": rule.cure(),
    })
}
