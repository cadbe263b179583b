//! Waiting for the end of an execution, for a while and at a pace.

use std::time::{Duration, Instant};

use super::{
    error::ClusterError,
    execution::{self, Execution},
    fetch::{ExecutionRecord, Status, end_of},
    remote::{BlockingRemote, Remote, blocking},
};

/// How long the first pause between two looks is, and the longest, unless options say otherwise.
const PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long a pause is at least, whatever options say.
const LEAST_PAUSE: Duration = Duration::from_millis(100);

/// How long, and how often, to look for the end of an execution.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct WaitOptions {
    timeout: Option<Duration>,
    poll_interval: Option<Duration>,
}

impl WaitOptions {
    /// Until it ends, with pauses from a quarter of a second to five seconds.
    pub fn new() -> Self {
        Self::default()
    }

    /// At most so long. The execution goes on after it.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long each pause between two looks is; at least a tenth of a second.
    pub fn poll_interval(mut self, interval: Duration) -> Self {
        self.poll_interval = Some(interval.max(LEAST_PAUSE));
        self
    }
}

impl Remote {
    /// Waits for the end of an execution, as the options say. Its nodes are not asked for: see [`wait`](Self::wait) and
    /// [`sync`](Self::sync).
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use flyte_runtime::{cluster::{ClusterError, Execution, Remote, WaitOptions}};
    /// # async fn run(remote: Remote, execution: Execution) -> Result<(), ClusterError> {
    /// let options = WaitOptions::new().timeout(Duration::from_secs(600));
    /// match remote.wait_with(&execution, &options).await {
    ///     Ok(record) => println!("{} took {:?}", record.name, record.took),
    ///     Err(ClusterError::StillRunning { .. }) => {
    ///         remote.terminate(&execution, "it takes too long").await?;
    ///     }
    ///     Err(error) => return Err(error),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ClusterError::StillRunning`] if it has not ended in time; [`ClusterError::Ended`] if it has ended without
    /// outputs; other [`ClusterError`]s. While the cluster does not answer it is waited for, as long as there is time.
    pub async fn wait_with(
        &self,
        execution: &Execution,
        options: &WaitOptions,
    ) -> Result<ExecutionRecord, ClusterError> {
        let start = Instant::now();
        let (mut pause, mut last) = (PAUSE, Status::Queued);
        loop {
            let looked = execution::get(&self.client, execution);
            // A look has a time limit of its own, which may be longer.
            let looked = match options.timeout {
                Some(timeout) => {
                    let left = timeout.saturating_sub(start.elapsed());
                    tokio::time::timeout(left.max(LAST_LOOK), looked).await.ok()
                }
                None => Some(looked.await),
            };
            match looked {
                Some(Ok(info)) => {
                    let closure = info.closure.clone().unwrap_or_default();
                    let record = ExecutionRecord::of(info);
                    last = record.status;
                    if last.is_success() {
                        return Ok(record);
                    }
                    if last.is_end() {
                        let end = end_of(&execution.name, &closure);
                        return Err(ClusterError::Ended(Box::new(end)));
                    }
                }
                Some(Err(error)) if !error.is_absence() => return Err(error),
                Some(Err(_)) | None => {}
            }
            let left = options
                .timeout
                .map(|timeout| timeout.saturating_sub(start.elapsed()));
            if left == Some(Duration::ZERO) {
                return Err(ClusterError::StillRunning {
                    name: execution.name.clone(),
                    status: last,
                    waited: start.elapsed(),
                });
            }
            let next = options.poll_interval.unwrap_or(pause);
            pause = (pause * 3 / 2).min(LONGEST_PAUSE);
            // The last look is when the time is over.
            tokio::time::sleep(left.map_or(next, |left| next.min(left))).await;
        }
    }
}

/// How long the look at the end of the time may take.
const LAST_LOOK: Duration = Duration::from_secs(1);

blocking! {
    wait_with(execution: &Execution, options: &WaitOptions) -> ExecutionRecord;
}
