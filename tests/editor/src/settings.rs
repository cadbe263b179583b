//! What an editor asks with: what rust-analyzer does where nothing else is set.

use ra_ap_ide::{
    CallableSnippets, CompletionConfig, CompletionFieldsToResolve, DiagnosticsConfig,
    GotoDefinitionConfig, HoverConfig, HoverDocFormat, RaFixtureConfig, RenameConfig, SubstTyLen,
};
use ra_ap_ide_db::SnippetCap;
use ra_ap_load_cargo::{LoadCargoConfig, ProcMacroServerChoice};
use ra_ap_paths::AbsPathBuf;
use ra_ap_project_model::{CargoConfig, RustLibSource, TargetDirectoryConfig};

use crate::directory;

/// How the project is read.
pub(crate) fn cargo() -> CargoConfig {
    CargoConfig {
        all_targets: true,
        sysroot: Some(RustLibSource::Discover),
        sysroot_src: Some(AbsPathBuf::assert(directory("FLYTE_EDITOR_LIBRARY"))),
        target_dir_config: TargetDirectoryConfig::Directory(directory("FLYTE_EDITOR_TARGET")),
        ..CargoConfig::default()
    }
}

/// How macros are expanded.
pub(crate) fn load() -> LoadCargoConfig {
    LoadCargoConfig {
        load_out_dirs_from_check: true,
        with_proc_macro_server: ProcMacroServerChoice::Sysroot,
        prefill_caches: false,
        num_worker_threads: 1,
        proc_macro_processes: 1,
    }
}

pub(crate) fn completion() -> CompletionConfig<'static> {
    CompletionConfig {
        enable_postfix_completions: true,
        enable_imports_on_the_fly: true,
        enable_self_on_the_fly: true,
        enable_auto_iter: true,
        enable_auto_await: true,
        enable_private_editable: false,
        enable_term_search: false,
        term_search_fuel: 1000,
        full_function_signatures: false,
        callable: Some(CallableSnippets::FillArguments),
        add_colons_to_module: true,
        add_semicolon_to_unit: true,
        snippet_cap: SnippetCap::new(true),
        insert_use: diagnostics().insert_use,
        prefer_no_std: false,
        prefer_prelude: true,
        prefer_absolute: false,
        snippets: Vec::new(),
        limit: None,
        fields_to_resolve: CompletionFieldsToResolve::empty(),
        exclude_flyimport: Vec::new(),
        exclude_traits: &[],
        ra_fixture: RaFixtureConfig::default(),
    }
}

pub(crate) fn hover() -> HoverConfig<'static> {
    HoverConfig {
        links_in_hover: false,
        memory_layout: None,
        documentation: true,
        keywords: true,
        format: HoverDocFormat::Markdown,
        max_trait_assoc_items_count: None,
        max_fields_count: Some(5),
        max_enum_variants_count: Some(5),
        max_subst_ty_len: SubstTyLen::Unlimited,
        show_drop_glue: true,
        ra_fixture: RaFixtureConfig::default(),
    }
}

pub(crate) fn definition() -> GotoDefinitionConfig<'static> {
    GotoDefinitionConfig {
        ra_fixture: RaFixtureConfig::default(),
    }
}

pub(crate) fn rename() -> RenameConfig {
    RenameConfig {
        prefer_no_std: false,
        prefer_prelude: true,
        prefer_absolute: false,
        show_conflicts: true,
    }
}

pub(crate) fn diagnostics() -> DiagnosticsConfig {
    DiagnosticsConfig {
        proc_macros_enabled: true,
        proc_attr_macros_enabled: true,
        disable_experimental: true,
        style_lints: false,
        ..DiagnosticsConfig::test_sample()
    }
}
