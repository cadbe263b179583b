//! A proxy in front of a cluster that is as unreliable as a network.

use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result};

use crate::process::Process;

/// A running proxy, which is killed when this is dropped.
#[derive(Debug)]
pub struct Proxy {
    process: Process,
}

impl Proxy {
    /// Starts the proxy of a cluster. The arguments say what happens to calls.
    ///
    /// # Errors
    ///
    /// When it does not start.
    pub fn start(program: &Path, cluster: &str, data: &Path, args: &[&str]) -> Result<Self> {
        fs::create_dir_all(data)?;
        let mut command = Command::new(program);
        command.args(["proxy", "--admin", cluster]).args(args);
        let process = Process::start(&mut command, &data.join("address"), &data.join("proxy.log"));
        Ok(Self {
            process: process.context("the proxy")?,
        })
    }

    /// `HOST:PORT` of the proxy.
    pub fn address(&self) -> &str {
        &self.process.address
    }
}
