//! Why the compiler refuses something, and which finding says the same of the same node.

use flyte_runtime::cluster::{Finding, Rule};

use crate::subject::Form;

/// A reason of the compiler that is not a consequence of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reason {
    kind: Kind,
    /// The node that it is at, as the compiler calls it: that of a case by its branch, too. Of a workflow its name.
    node: String,
    /// What it cannot read.
    unread: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A workflow has no nodes.
    NoNodes,
    /// A node is given another type than it takes.
    Given,
    /// The same, where the input is a union.
    GivenToUnion,
    /// The sides of a condition have different types, one of them that of a struct, a list or a map.
    ComparedPart,
    /// The same, with an optional value.
    ComparedOption,
    /// The same, with an enum.
    ComparedEnum,
    /// The same, with others.
    Compared,
    /// Cases give different types.
    Cases,
    /// A side of a condition is nothing.
    NoOperand,
    Workflow,
    Task,
    Name,
    /// There are too many nodes.
    Nodes,
}

impl Reason {
    pub(crate) fn of(line: &str) -> Option<Self> {
        let has = |text: &str| line.contains(text);
        let kind = match () {
            () if has("Code: NoNodesFound") => Kind::NoNodes,
            () if has("Code: MismatchingTypes") => mismatch(line),
            () if has("Code: ValueRequired") && has("Value.Val]") => Kind::NoOperand,
            () if has("Code: WorkflowReferenceNotFound") => Kind::Workflow,
            () if has("Code: TaskReferenceNotFound") => Kind::Task,
            () if has("Failed to parse element") => Kind::Name,
            () if has("exceeds limit") => Kind::Nodes,
            () => return None,
        };
        let node = between(line, "Node Id: ", ", Description:").unwrap_or_default();
        let name = between(node, "name:\"", "\"");
        Some(Self {
            kind,
            node: name.unwrap_or(node).to_owned(),
            unread: between(line, "Failed to parse element [", "]").map(str::to_owned),
        })
    }

    /// Whether a finding tells of it. Lowered nodes have other names than those of the source, of which findings speak.
    pub(crate) fn is_told_by(&self, finding: &Finding, form: Form) -> bool {
        self.kind.is_of(finding.rule) && (form == Form::Lowered || self.is_about(finding))
    }

    /// Whether the compiler does not get to what a finding is about: that is about the same node, one around it or one
    /// inside of it, or about the number of nodes, which is looked at last.
    pub(crate) fn hides(&self, finding: &Finding, form: Form) -> bool {
        if self.kind == Kind::Nodes {
            return false;
        }
        // What is referred to is looked for first.
        let is_first = matches!(self.kind, Kind::Workflow | Kind::Task);
        if form == Form::Lowered || finding.rule == Rule::TooManyNodes || is_first {
            return true;
        }
        let ids = ids(&finding.place);
        if self.follows_from(finding.rule) {
            return true;
        }
        let is_inside = |from: usize| self.node.contains(&format!("{}-", ids[from..].join("-")));
        self.kind != Kind::NoNodes
            && (1..=ids.len()).any(|end| self.is_at_node(&ids[..end]) || is_inside(end - 1))
    }

    /// Whether it may be about what a gate or a map gives that a rule tells of: to the compiler that is something else.
    pub(crate) fn follows_from(&self, rule: Rule) -> bool {
        let gives_another = [
            Rule::ApprovesPart,
            Rule::MapOverLaunchPlan,
            Rule::MapOverReference,
        ];
        self.kind == Kind::Given && gives_another.contains(&rule)
    }

    /// Whether it is at the node of a finding's place, such as "node `n0/n1` of `generated.w7_0`".
    fn is_about(&self, finding: &Finding) -> bool {
        let (place, ids) = (&finding.place, ids(&finding.place));
        match (self.kind, &*ids) {
            (Kind::NoNodes, []) => place.contains(&format!("`{}`", self.node)),
            // The workflow of a case is called by its branch, or the outermost one around that, and by its number in
            // that; the branch of a `conditional` has no id yet.
            (Kind::NoNodes, [outermost, .., case]) => {
                let workflow = between(place, "of `", "`").unwrap_or_default();
                let inside = self.node.strip_prefix(workflow);
                let inside = inside.and_then(|inside| inside.strip_prefix('.'));
                inside.is_some_and(|inside| {
                    let branch = inside.split_once('-').map(|(branch, _)| branch);
                    let number = inside
                        .rsplit_once('-')
                        .map(|(_, number)| format!("n{number}"));
                    branch == Some(*outermost) || number.as_deref() == Some(*case)
                })
            }
            // It does not say where.
            (Kind::Task | Kind::Nodes, _) => true,
            // The compiler sometimes calls the node of a case otherwise.
            (Kind::Name, _) => {
                let name = self.unread.as_deref().unwrap_or_default();
                finding.reason.contains(&format!("`{name}`"))
            }
            // What a workflow gives is told of its end.
            _ if self.node == "end-node" => true,
            _ => self.is_at_node(&ids),
        }
    }

    fn is_at_node(&self, ids: &[&str]) -> bool {
        // The compiler names the case.
        let node = match self.kind {
            Kind::Cases => self.node.rsplit_once('-').unwrap_or_default().0,
            _ => &self.node,
        };
        // Nodes of cases are called by their branches, and what is inside of the workflow of a case is not.
        let is_named = |from: usize| ids[from..].join("-") == node;
        // A branch in a case of another has the name of that in front of its own, some times over.
        (0..ids.len()).any(is_named)
            || (ids.len() > 1 && node.ends_with(&format!("-{}", ids.join("-"))))
    }
}

impl Kind {
    /// Whether a rule tells of it.
    fn is_of(self, rule: Rule) -> bool {
        match self {
            Self::NoNodes => rule == Rule::NoNodes,
            // Which one says the node: a branch looks at parts, a gate approves them, a map maps, and others are given
            // values.
            Self::Given => matches!(
                rule,
                Rule::ConditionOnPart
                    | Rule::ApprovesPart
                    | Rule::MapOverLaunchPlan
                    | Rule::MapOverReference
                    | Rule::BindingTypes
            ),
            Self::GivenToUnion => matches!(rule, Rule::AmbiguousUnion | Rule::BindingTypes),
            Self::ComparedPart => rule == Rule::ConditionOnPart,
            Self::ComparedOption => rule == Rule::ConditionOnOption,
            Self::ComparedEnum => rule == Rule::ConditionOnEnum,
            Self::Compared => rule == Rule::ConditionTypes,
            Self::Cases => rule == Rule::CaseOutputs,
            Self::NoOperand => rule == Rule::ConditionOnOption,
            Self::Workflow => rule == Rule::ReferenceWorkflow,
            Self::Task => matches!(rule, Rule::ReferenceInDynamic | Rule::MapOverReference),
            Self::Name => rule == Rule::NameNotAscii,
            Self::Nodes => rule == Rule::TooManyNodes,
        }
    }
}

/// What does not fit, in one of the compiler's two sentences.
fn mismatch(line: &str) -> Kind {
    if let Some((_, expected)) = line.split_once("which has type type [") {
        return match expected.starts_with("union_type") {
            true => Kind::GivenToUnion,
            false => Kind::Given,
        };
    }
    let variable = between(line, "Variable [", "]").unwrap_or_default();
    if !["LeftValue", "RightValue"].contains(&variable) {
        return Kind::Cases;
    }
    let found = line.split_once("(type [").map_or("", |(_, found)| found);
    let expected = line.split_once("expected type [");
    let types = [found, expected.map_or("", |(_, expected)| expected)];
    let begins = |with: &str| types.iter().any(|found| found.starts_with(with));
    match () {
        () if [
            "simple:STRUCT",
            "simple: STRUCT",
            "collection_type",
            "map_value_type",
        ]
        .iter()
        .any(|with| begins(with)) =>
        {
            Kind::ComparedPart
        }
        () if begins("union_type") => Kind::ComparedOption,
        () if begins("enum_type") => Kind::ComparedEnum,
        () => Kind::Compared,
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    let (found, _) = rest.split_once(after)?;
    Some(found)
}

/// The ids of the way to the node of a place.
pub(crate) fn ids(place: &str) -> Vec<&str> {
    let path = between(place, "node `", "`");
    path.into_iter().flat_map(|path| path.split('/')).collect()
}

/// The nodes that the compiler does not reach.
pub(crate) fn unreached(line: &str) -> Option<&str> {
    between(line, "contain unreachable nodes [", "]")
}

/// Whether a finding is about the workflow itself that the compiler has refused, or about a job, and not about a
/// workflow that it calls.
pub(crate) fn is_in_compiled(finding: &Finding, message: &str) -> bool {
    let refused = between(message, "name:\"", "\"").unwrap_or_default();
    !message.starts_with("failed to compile workflow")
        || finding.place.contains(&format!("`{refused}`"))
}
