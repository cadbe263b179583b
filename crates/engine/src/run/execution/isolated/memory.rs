//! Measures the memory of an attempt's process.

use std::{
    fs, io,
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::process::{Killer, Reason};

/// Kills a process that uses too much memory, until the returned value is dropped. The system sends no notification, so
/// the memory is polled.
pub(super) fn watch(process: u32, most: u64, killer: Killer) -> io::Result<mpsc::Sender<()>> {
    /// The longest polling interval. The first are shorter, to catch short attempts.
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

/// The memory that a process uses, if the system reports it.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}
