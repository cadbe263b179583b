//! How much memory the process of an attempt has.

use std::{
    fs, io,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::process::{Killer, Reason};

/// Kills a process when it has too much memory, until what comes back is dropped. The system tells nobody, so it is
/// looked at.
pub(super) fn watch(process: u32, most: u64, killer: Killer) -> io::Result<mpsc::Sender<()>> {
    /// How often: soon at first, for what is quick.
    const LONGEST: Duration = Duration::from_millis(20);
    let (sender, ended) = mpsc::channel::<()>();
    let watch = move || {
        let mut pause = Duration::from_micros(500);
        while let Err(RecvTimeoutError::Timeout) = ended.recv_timeout(pause) {
            if let Some(used) = resident(process).filter(|used| *used > most) {
                return killer.kill(Reason::Memory(used));
            }
            pause = (pause * 2).min(LONGEST);
        }
    };
    let watching = thread::Builder::new().name("flyte-memory".to_owned());
    watching.spawn(watch)?;
    Ok(sender)
}

/// How much memory a process has in use, where the system says it.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
