//! What a Flyte cluster is told: entities, graphs and values as messages of [`flyte_idl`].
//!
//! Part of the feature `remote`.
