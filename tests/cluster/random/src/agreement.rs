//! Whether the rules and the compiler agree, and what was hit.

use std::collections::BTreeMap;

use anyhow::Result;
use flyte_runtime::{
    cluster::{Check, Finding, RefusedBy, Rule},
    remote::serialize::Serializer,
};

use crate::{
    reasons::{self, Reason},
    subject::{Form, Subject},
};

/// What is broken by the programs: each rule has to be hit so many times.
pub(crate) const LEAST: usize = 10;

/// The rules that have to be hit in graphs as they are written.
pub(crate) const COVERED: [Rule; 15] = [
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
    Rule::IdOfCase,
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

    /// Whether a node with the id of a case is among those that the compiler cannot reach, with what is behind it: it
    /// takes one for the other, and looks no further. Where it does not notice, the engine begins no run.
    fn has_unreached_id(&self, message: &str) -> bool {
        let unreached = message.lines().filter_map(reasons::unreached);
        let unreached: Vec<&str> = unreached.flat_map(|ids| ids.split(',')).collect();
        let mut same = self
            .findings
            .iter()
            .filter(|finding| finding.rule == Rule::IdOfCase);
        same.any(|finding| {
            let id = reasons::ids(&finding.place).last().copied();
            id.is_some_and(|id| unreached.contains(&id))
        })
    }

    /// What is wrong, if they do not agree.
    fn disagreement(&self, form: Form) -> Option<String> {
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
        if self.has_unreached_id(message) {
            return None;
        }
        if self.refused().next().is_none() {
            return Some(format!(
                "the rules take it, and the compiler does not: {message}"
            ));
        }
        // What follows from another error has no rule.
        let reasons: Vec<Reason> = message.lines().filter_map(Reason::of).collect();
        let is_same = |reason: &Reason, finding: &Finding| reason.is_told_by(finding, form);
        for reason in &reasons {
            let is_told =
                |finding: &Finding| is_same(reason, finding) || reason.follows_from(finding.rule);
            if !self.refused().any(is_told) {
                return Some(format!(
                    "no finding is about {reason:?} of the compiler: {message}\n{}",
                    told(&self.findings)
                ));
            }
        }
        for finding in self.refused() {
            // A workflow that is called is not compiled where what calls it is inside of something wrong.
            if form == Form::Written && !reasons::is_in_compiled(finding, message) {
                continue;
            }
            if !reasons
                .iter()
                .any(|reason| is_same(reason, finding) || reason.hides(finding, form))
            {
                return Some(format!(
                    "the compiler has no such reason:\n{finding}\nits own: {message}"
                ));
            }
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
            .filter_map(|(subject, verdict)| Some((*subject, verdict.disagreement(self.form)?)));
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
            .filter(|(_, verdict)| verdict.disagreement(self.form).is_none());
        agreed
            .filter(|(_, verdict)| without(verdict).disagreement(self.form).is_some())
            .count()
    }
}
