//! Strict runs know the rules.
