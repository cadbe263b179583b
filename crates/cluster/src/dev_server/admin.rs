//! AdminService: which method is answered where.

use flyte_idl::{
    flyteidl::{admin, service::admin_service_server::AdminService},
    tonic::{self, Request, Response, Status},
};

use super::{executions, nodes, projects, registry, state::Shared};

/// The methods that are answered, and those that are not.
macro_rules! service {
    (
        answered { $($name:ident($request:ident) -> $response:ident in $module:ident;)* }
        refused { $($other:ident($other_request:ident) -> $other_response:ident;)* }
    ) => {
        #[tonic::async_trait]
        impl AdminService for Shared {
            $(
                async fn $name(
                    &self,
                    request: Request<admin::$request>,
                ) -> Result<Response<admin::$response>, Status> {
                    $module::$name(self, request.into_inner()).map(Response::new)
                }
            )*
            $(
                async fn $other(
                    &self,
                    _: Request<admin::$other_request>,
                ) -> Result<Response<admin::$other_response>, Status> {
                    Err(Status::unimplemented(concat!(
                        stringify!($other),
                        " is not a method of this server, which is for tests"
                    )))
                }
            )*
        }
    };
}

service! {
    answered {
    create_task(TaskCreateRequest) -> TaskCreateResponse in registry;
    get_task(ObjectGetRequest) -> Task in registry;
    list_tasks(ResourceListRequest) -> TaskList in registry;
    create_workflow(WorkflowCreateRequest) -> WorkflowCreateResponse in registry;
    get_workflow(ObjectGetRequest) -> Workflow in registry;
    list_workflows(ResourceListRequest) -> WorkflowList in registry;
    create_launch_plan(LaunchPlanCreateRequest) -> LaunchPlanCreateResponse in registry;
    get_launch_plan(ObjectGetRequest) -> LaunchPlan in registry;
    get_active_launch_plan(ActiveLaunchPlanRequest) -> LaunchPlan in registry;
    list_launch_plans(ResourceListRequest) -> LaunchPlanList in registry;
    update_launch_plan(LaunchPlanUpdateRequest) -> LaunchPlanUpdateResponse in registry;
    create_execution(ExecutionCreateRequest) -> ExecutionCreateResponse in executions;
    get_execution(WorkflowExecutionGetRequest) -> Execution in executions;
    get_execution_data(WorkflowExecutionGetDataRequest) -> WorkflowExecutionGetDataResponse in executions;
    list_executions(ResourceListRequest) -> ExecutionList in executions;
    relaunch_execution(ExecutionRelaunchRequest) -> ExecutionCreateResponse in executions;
    recover_execution(ExecutionRecoverRequest) -> ExecutionCreateResponse in executions;
    terminate_execution(ExecutionTerminateRequest) -> ExecutionTerminateResponse in executions;
    get_dynamic_node_workflow(GetDynamicNodeWorkflowRequest) -> DynamicNodeWorkflowResponse in nodes;
    list_node_executions(NodeExecutionListRequest) -> NodeExecutionList in executions;
    list_task_executions(TaskExecutionListRequest) -> TaskExecutionList in executions;
    list_task_ids(NamedEntityIdentifierListRequest) -> NamedEntityIdentifierList in registry;
    list_workflow_ids(NamedEntityIdentifierListRequest) -> NamedEntityIdentifierList in registry;
    list_active_launch_plans(ActiveLaunchPlanListRequest) -> LaunchPlanList in registry;
    list_launch_plan_ids(NamedEntityIdentifierListRequest) -> NamedEntityIdentifierList in registry;
    update_execution(ExecutionUpdateRequest) -> ExecutionUpdateResponse in executions;
    get_project(ProjectGetRequest) -> Project in projects;
    list_projects(ProjectListRequest) -> Projects in projects;
    get_domains(GetDomainRequest) -> GetDomainsResponse in projects;
    get_version(GetVersionRequest) -> GetVersionResponse in projects;
    get_node_execution_data(NodeExecutionGetDataRequest) -> NodeExecutionGetDataResponse in nodes;
    }
    refused {
    get_node_execution(NodeExecutionGetRequest) -> NodeExecution;
    list_node_executions_for_task(NodeExecutionForTaskListRequest) -> NodeExecutionList;
    register_project(ProjectRegisterRequest) -> ProjectRegisterResponse;
    update_project(Project) -> ProjectUpdateResponse;
    create_workflow_event(WorkflowExecutionEventRequest) -> WorkflowExecutionEventResponse;
    create_node_event(NodeExecutionEventRequest) -> NodeExecutionEventResponse;
    create_task_event(TaskExecutionEventRequest) -> TaskExecutionEventResponse;
    get_task_execution(TaskExecutionGetRequest) -> TaskExecution;
    get_task_execution_data(TaskExecutionGetDataRequest) -> TaskExecutionGetDataResponse;
    update_project_domain_attributes(ProjectDomainAttributesUpdateRequest) -> ProjectDomainAttributesUpdateResponse;
    get_project_domain_attributes(ProjectDomainAttributesGetRequest) -> ProjectDomainAttributesGetResponse;
    delete_project_domain_attributes(ProjectDomainAttributesDeleteRequest) -> ProjectDomainAttributesDeleteResponse;
    update_project_attributes(ProjectAttributesUpdateRequest) -> ProjectAttributesUpdateResponse;
    get_project_attributes(ProjectAttributesGetRequest) -> ProjectAttributesGetResponse;
    delete_project_attributes(ProjectAttributesDeleteRequest) -> ProjectAttributesDeleteResponse;
    update_workflow_attributes(WorkflowAttributesUpdateRequest) -> WorkflowAttributesUpdateResponse;
    get_workflow_attributes(WorkflowAttributesGetRequest) -> WorkflowAttributesGetResponse;
    delete_workflow_attributes(WorkflowAttributesDeleteRequest) -> WorkflowAttributesDeleteResponse;
    list_matchable_attributes(ListMatchableAttributesRequest) -> ListMatchableAttributesResponse;
    list_named_entities(NamedEntityListRequest) -> NamedEntityList;
    get_named_entity(NamedEntityGetRequest) -> NamedEntity;
    update_named_entity(NamedEntityUpdateRequest) -> NamedEntityUpdateResponse;
    get_description_entity(ObjectGetRequest) -> DescriptionEntity;
    list_description_entities(DescriptionEntityListRequest) -> DescriptionEntityList;
    get_execution_metrics(WorkflowExecutionGetMetricsRequest) -> WorkflowExecutionGetMetricsResponse;
    }
}
