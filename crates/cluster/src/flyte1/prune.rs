//! Active launch plans that a program has registered before and no longer has.

use std::collections::BTreeSet;

use flyte_core::{
    graph::entity::{EntityDescriptor, EntityKind},
    registry::Registry,
};
use flyte_idl::flyteidl::{admin, core};

use super::{
    client::Client,
    error::ClusterError,
    fetch,
    launch_plans::{self, LaunchPlanRecord},
    remote::{BlockingRemote, Remote, blocking},
};
use crate::serialize::program_name;

impl Remote {
    /// The active launch plans that a program has registered and no longer has.
    ///
    /// A launch plan is taken for the program's if its name begins with a crate whose entities the program has, and a
    /// container of its workflow starts a program of this name: by default that of this process.
    ///
    /// # Errors
    ///
    /// [`ClusterError`].
    pub async fn stale_launch_plans(
        &self,
        registry: &Registry,
        program: Option<&str>,
    ) -> Result<Vec<LaunchPlanRecord>, ClusterError> {
        let program = program.map_or_else(program_name, str::to_owned);
        let crates: BTreeSet<&str> = own(registry)
            .map(|entity| crate_of(entity.name()))
            .collect();
        let plans: BTreeSet<&str> = own(registry)
            .filter(|entity| entity.kind() != EntityKind::Task)
            .map(EntityDescriptor::name)
            .collect();
        let mut stale = Vec::new();
        for plan in launch_plans::active(&self.client).await? {
            let record = LaunchPlanRecord::of(&plan);
            let name = record.name.as_str();
            if crates.contains(crate_of(name))
                && !plans.contains(name)
                && starts(&self.client, &plan, &program).await?
            {
                stale.push(record);
            }
        }
        Ok(stale)
    }
}

blocking! {
    stale_launch_plans(registry: &Registry, program: Option<&str>) -> Vec<LaunchPlanRecord>;
}

/// What a program declares itself.
fn own(registry: &Registry) -> impl Iterator<Item = &'static EntityDescriptor> {
    let all = registry.entities();
    all.filter(|entity| entity.reference().is_none())
}

fn crate_of(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// Whether a container of the workflow of a launch plan starts a program.
async fn starts(
    client: &Client,
    plan: &admin::LaunchPlan,
    program: &str,
) -> Result<bool, ClusterError> {
    let workflow = plan.spec.as_ref().and_then(|spec| spec.workflow_id.clone());
    let Some(workflow) = workflow else {
        return Ok(false);
    };
    let closure = fetch::workflow(client, workflow).await?;
    let is_ours = |task: &core::CompiledTask| {
        let Some(core::task_template::Target::Container(container)) = task
            .template
            .as_ref()
            .and_then(|template| template.target.as_ref())
        else {
            return false;
        };
        // What downloads packed code first has its own words in front.
        let mut pairs = container.args.windows(2);
        pairs.any(|pair| pair[0] == program && pair[1] == "flyte-execute")
    };
    Ok(closure.tasks.iter().any(is_ours))
}
