//! What the programs refer to, which a cluster has to have already.

use anyhow::{Context as _, Result};
use flyte_rig::Cluster;
use flyte_runtime::{
    Entity, Registry,
    compat::settings::{ImageConfig, SerializationSettings},
    prelude::*,
    remote::serialize::{EntityMessage, Serializer},
};

#[task]
fn length(text: String) -> i64 {
    text.len().try_into().unwrap_or(i64::MAX)
}

#[task]
fn note(lengths: Vec<i64>) {
    let _seen = lengths;
}

#[task]
fn told(length: i64) -> String {
    length.to_string()
}

#[workflow]
fn publish_all(lengths: Vec<i64>) {
    note(lengths);
}

#[workflow]
fn publish(length: i64) -> String {
    told(length)
}

/// Registers what a program refers to.
pub(super) async fn register(cluster: &mut Cluster, program: &str) -> Result<()> {
    match program {
        "twins" => {
            one::<length>(cluster, "text", "v2", "measure.length").await?;
            one::<publish>(cluster, "web", "v7", "publish").await
        }
        "references" => {
            one::<length>(cluster, "text", "v2", "measure.length").await?;
            one::<publish_all>(cluster, "web", "v7", "publish").await
        }
        _ => Ok(()),
    }
}

/// Registers an entity under another name, with all that it uses.
async fn one<E: Entity>(
    cluster: &mut Cluster,
    project: &str,
    version: &str,
    name: &str,
) -> Result<()> {
    cluster.make_project(project).await?;
    let images = ImageConfig::validate_image("--image", &["judge:v1"])?;
    let settings = SerializationSettings::builder(images)
        .project(project)
        .domain(DOMAIN_OF_OTHERS)
        .version(version)
        .build();
    let registry = Registry::builder().with::<E>().build()?;
    for entity in Serializer::new(&settings).registry(&registry)? {
        let mut message = entity.message().clone();
        match &mut message {
            EntityMessage::Task(spec) if entity.name() == E::descriptor().name() => {
                if let Some(id) = spec
                    .template
                    .as_mut()
                    .and_then(|template| template.id.as_mut())
                {
                    id.name = name.to_owned();
                }
            }
            EntityMessage::LaunchPlan(plan) => {
                if let Some(id) = &mut plan.id {
                    id.name = name.to_owned();
                }
            }
            _ => {}
        }
        let registered = cluster.register(&message).await;
        registered.with_context(|| format!("{name} cannot be registered"))?;
    }
    Ok(())
}

/// Not the one that the programs are registered in.
const DOMAIN_OF_OTHERS: &str = "production";
