//! Whether the rules and the compiler agree, and what was hit.

use std::collections::BTreeMap;

use anyhow::Result;
use flyte_runtime::{
    cluster::check::{Check, Finding, RefusedBy, Rule},
    remote::serialize::Serializer,
};

use crate::subject::{Form, Subject};

/// What is broken by the programs: each rule has to be hit so many times.
pub(crate) const LEAST: usize = 10;

/// The rules that have to be hit in graphs as they are written.
pub(crate) const COVERED: [Rule; 14] = [
    Rule::NoNodes,
    Rule::ConditionOnPart,
    Rule::ConditionOnEnum,
    Rule::ConditionOnOption,
    Rule::CaseOutputs,
    Rule::MapOverLaunchPlan,
    Rule::MapOverReference,
    Rule::ReferenceWorkflow,
    Rule::ReferenceInDynamic,
    Rule::NameNotAscii,
    Rule::EchoInputs,
    Rule::TooManyNodes,
    Rule::RequestTooLarge,
    Rule::ShortTimeout,
];

/// What both say about a subject.
pub(crate) struct Verdict {
    pub(crate) findings: Vec<Finding>,
    pub(crate) compiler: Option<String>,
}

impl Verdict {
    /// What is refused when it is registered; what the engine refuses later is registered.
    pub(crate) fn refused(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| {
            let by = finding.rule.refused_by();
            by.is_some_and(|by| by != RefusedBy::Engine)
        })
    }

    /// What is wrong, if they do not agree.
    fn disagreement(&self) -> Option<String> {
        let rules: Vec<Rule> = self.refused().map(|finding| finding.rule).collect();
        let Some(message) = &self.compiler else {
            let first = self.refused().next()?;
            return Some(format!(
                "the compiler takes it, and the rules do not:\n{first}"
            ));
        };
        // Nothing is read of a request that is too large, and the size is not looked at where something else is wrong.
        if message.contains("received message larger")
            && self.findings.iter().any(Finding::is_error)
        {
            return None;
        }
        if rules.is_empty() {
            return Some(format!(
                "the rules take it, and the compiler does not: {message}"
            ));
        }
        // What follows from another error has no rule.
        let reasons: Vec<Reason> = message.lines().filter_map(Reason::of).collect();
        for reason in &reasons {
            if !rules.iter().any(|rule| reason.is_of(*rule)) {
                return Some(format!(
                    "no rule knows {reason:?} of the compiler: {message}\n{}",
                    told(&self.findings)
                ));
            }
        }
        if !rules
            .iter()
            .any(|rule| reasons.iter().any(|reason| reason.is_of(*rule)))
        {
            return Some(format!(
                "the rules have another reason: {message}\n{}",
                told(&self.findings)
            ));
        }
        None
    }
}

fn told(findings: &[Finding]) -> String {
    let told = findings
        .iter()
        .filter(|finding| finding.is_error())
        .map(ToString::to_string);
    told.collect::<Vec<_>>().join("\n")
}

/// A reason of the compiler that is not a consequence of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    NoNodes,
    Types,
    NoOperand,
    Workflow,
    Task,
    Name,
    Nodes,
}

impl Reason {
    fn of(line: &str) -> Option<Self> {
        let has = |text: &str| line.contains(text);
        Some(match () {
            () if has("Code: NoNodesFound") => Self::NoNodes,
            () if has("Code: MismatchingTypes") => Self::Types,
            () if has("Code: ValueRequired") && has("Value.Val]") => Self::NoOperand,
            () if has("Code: WorkflowReferenceNotFound") => Self::Workflow,
            () if has("Code: TaskReferenceNotFound") => Self::Task,
            () if has("Failed to parse element") => Self::Name,
            () if has("exceeds limit") => Self::Nodes,
            () => return None,
        })
    }

    /// Whether a rule tells of it.
    fn is_of(self, rule: Rule) -> bool {
        match self {
            Self::NoNodes => rule == Rule::NoNodes,
            Self::Types => matches!(
                rule,
                Rule::ConditionOnPart
                    | Rule::ConditionOnEnum
                    | Rule::ConditionOnOption
                    | Rule::ConditionTypes
                    | Rule::CaseOutputs
                    | Rule::ApprovesPart
                    | Rule::MapOverLaunchPlan
                    | Rule::MapOverReference
                    | Rule::BindingTypes
                    | Rule::AmbiguousUnion
            ),
            Self::NoOperand => rule == Rule::ConditionOnOption,
            Self::Workflow => rule == Rule::ReferenceWorkflow,
            Self::Task => matches!(rule, Rule::ReferenceInDynamic | Rule::MapOverReference),
            Self::Name => rule == Rule::NameNotAscii,
            Self::Nodes => rule == Rule::TooManyNodes,
        }
    }
}

/// The verdicts about all subjects in one form.
pub(crate) struct Verdicts<'s> {
    pub(crate) form: Form,
    pub(crate) all: Vec<(&'s Subject, Verdict)>,
}

impl<'s> Verdicts<'s> {
    pub(crate) fn new(
        subjects: &'s [Subject],
        serializer: &Serializer<'_>,
        form: Form,
        check: &Check,
        compiler: Vec<Option<String>>,
    ) -> Result<Self> {
        let mut all = Vec::new();
        for (subject, compiler) in subjects.iter().zip(compiler) {
            let findings = subject.findings(serializer, form, check)?;
            all.push((subject, Verdict { findings, compiler }));
        }
        Ok(Self { form, all })
    }

    /// What is wrong with which subject.
    pub(crate) fn disagreements(&self) -> Vec<(&'s Subject, String)> {
        let wrong = self
            .all
            .iter()
            .filter_map(|(subject, verdict)| Some((*subject, verdict.disagreement()?)));
        wrong.collect()
    }

    pub(crate) fn refused(&self) -> usize {
        self.all
            .iter()
            .filter(|(_, verdict)| verdict.compiler.is_some())
            .count()
    }

    /// How many subjects break each rule; what the compiler refuses counts only where it does.
    pub(crate) fn hits(&self) -> BTreeMap<Rule, usize> {
        let mut hits = BTreeMap::new();
        for (_, verdict) in &self.all {
            let mut rules: Vec<Rule> = verdict
                .findings
                .iter()
                .map(|finding| finding.rule)
                .collect();
            rules.sort_unstable();
            rules.dedup();
            for rule in rules {
                let at_once = rule.refused_by().is_some_and(|by| by != RefusedBy::Engine);
                if !at_once || verdict.compiler.is_some() {
                    *hits.entry(rule).or_insert(0) += 1;
                }
            }
        }
        hits
    }

    /// How many subjects both do not agree on any more if a rule is not there.
    pub(crate) fn noticed_without(&self, rule: Rule) -> usize {
        let without = |verdict: &Verdict| Verdict {
            findings: verdict
                .findings
                .iter()
                .filter(|finding| finding.rule != rule)
                .cloned()
                .collect(),
            compiler: verdict.compiler.clone(),
        };
        let agreed = self
            .all
            .iter()
            .filter(|(_, verdict)| verdict.disagreement().is_none());
        agreed
            .filter(|(_, verdict)| without(verdict).disagreement().is_some())
            .count()
    }
}
