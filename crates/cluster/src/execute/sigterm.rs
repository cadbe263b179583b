//! SIGTERM, with which a container is taken away.

#[cfg(feature = "remote")]
pub(super) use told::{Terminate, listen};
#[cfg(not(feature = "remote"))]
pub(super) use untold::Terminate;

#[cfg(feature = "remote")]
mod told {
    use std::{
        io,
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering::SeqCst},
        },
    };

    use tokio::{
        runtime::{Builder, Runtime},
        signal::unix::{Signal, SignalKind, signal},
    };

    use flyte_engine::process::Killer;

    /// Registers for it; the runtime is the one on which it is waited for.
    pub(in super::super) fn listen() -> io::Result<(Runtime, Signal)> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("flyte-sigterm")
            .enable_io()
            .build()?;
        let terminate = {
            let _entered = runtime.enter();
            signal(SignalKind::terminate())?
        };
        Ok((runtime, terminate))
    }

    /// The signal in the parent of a task's process, which passes it on.
    pub(in super::super) struct Terminate {
        runtime: Runtime,
        signal: Option<Signal>,
        has_come: Arc<AtomicBool>,
    }

    impl Terminate {
        /// Keeps it from ending this process.
        pub(in super::super) fn listen() -> io::Result<Self> {
            let (runtime, signal) = listen()?;
            Ok(Self {
                runtime,
                signal: Some(signal),
                has_come: Arc::default(),
            })
        }

        pub(in super::super) fn pass_to(&mut self, child: Killer) {
            let Some(mut signal) = self.signal.take() else {
                return;
            };
            let has_come = Arc::clone(&self.has_come);
            self.runtime.spawn(async move {
                while signal.recv().await.is_some() {
                    has_come.store(true, SeqCst);
                    child.terminate();
                }
            });
        }

        /// Passes it on no longer; whether it has come.
        pub(in super::super) fn end(self) -> bool {
            self.runtime.shutdown_background();
            self.has_come.load(SeqCst)
        }
    }
}

/// Without `remote` it ends the parent, and the end of the parent the child.
#[cfg(not(feature = "remote"))]
mod untold {
    use std::io;

    use flyte_engine::process::Killer;

    pub(in super::super) struct Terminate;

    impl Terminate {
        pub(in super::super) fn listen() -> io::Result<Self> {
            Ok(Self)
        }

        pub(in super::super) fn pass_to(&mut self, _child: Killer) {}

        pub(in super::super) fn end(self) -> bool {
            false
        }
    }
}
