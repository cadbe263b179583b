//! What an entity's documentation becomes.

use flyte_idl::flyteidl::admin::{self, description};

use super::Serializer;
use flyte_core::{
    graph::entity::{EntityBody, EntityDescriptor},
    options::{Documentation, DocumentationFields},
};

impl Serializer<'_> {
    /// The description of an entity: what `docs` says, and where it is silent the documentation of the function. What
    /// code has built has no function, so that it may have none.
    pub(super) fn description(
        &self,
        entity: &EntityDescriptor,
        docs: Option<Documentation>,
    ) -> Option<admin::DescriptionEntity> {
        if docs.is_none() && matches!(entity.body(), EntityBody::Imperative { .. }) {
            return None;
        }
        let DocumentationFields {
            short,
            long,
            source_link,
        } = docs.unwrap_or_default().fields();
        let short = short.map_or_else(|| entity.summary(), str::to_owned);
        let long = long.map_or_else(|| after_summary(entity.docs()), str::to_owned);
        let source = source_link
            .or(self.settings.git_repo.as_deref())
            .map(str::to_owned);
        Some(admin::DescriptionEntity {
            short_description: short,
            // Said even when it is empty, as flytekit does.
            long_description: Some(admin::Description {
                format: admin::DescriptionFormat::Markdown.into(),
                content: (!long.is_empty()).then_some(description::Content::Value(long)),
                icon_link: String::new(),
            }),
            source_code: source.map(|link| admin::SourceCode { link }),
            ..Default::default()
        })
    }
}

/// Everything behind the first paragraph, without the space that rustdoc passes over in front of each line.
fn after_summary(docs: &str) -> String {
    let lines: Vec<&str> = docs
        .lines()
        .skip_while(|line| !line.trim().is_empty())
        .map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end())
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}
