//! A program and everything it starts, which end with their attempt and with this program.
//!
//! * The processes are a process group, which is killed as a whole when the attempt ends, normally or not. On Linux,
//!   processes that left the group, for example through `setsid`, are found by a variable in their environment. A
//!   process that also cleared its environment, or runs as another user, is not found. On other systems no process that
//!   left the group is found.
//! * However this program ends, even if it is killed, the system closes its pipes, and a reader of such a pipe kills
//!   the group. If the program is this one again, it is that reader itself (`end_with_parent`). For any other program
//!   the reader is a shell, the **guard**. The guard starts before the program and leads the group, so at no moment can
//!   the program outlive this one.

use std::{
    ffi::OsString,
    io::{self, Read as _},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex, MutexGuard},
};

#[cfg(unix)]
use flyte_config::system::pid;
use flyte_config::{
    random::random_hex,
    system::{join_group, kill, kill_group},
};
use flyte_core::lock::lock;

/// The variable by which processes that left their group are found: the name of the group, after those of the outer
/// groups.
const MARK: &str = "FLYTE_PROCESS_GROUP";

/// What kills the group when this program is gone.
pub enum Watched<'a> {
    /// The program, which calls `end_with_parent`. This uses its standard input.
    Itself,
    /// The program as well, with this end of a connection as its standard input, through which it can also send
    /// messages. The other end stays open until the group has ended.
    #[cfg(unix)]
    Connected(&'a std::os::unix::net::UnixStream),
    /// A guard, which runs this command, if it is not empty, before it kills the group.
    Guard(&'a [OsString]),
}

/// Why a program was killed before it had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The attempt is no longer needed.
    Cancelled,
    /// It exceeded its time limit.
    TimedOut,
    /// It used this many bytes of memory, which is more than its limit.
    Memory(u64),
}

/// A program and everything it starts. When this is dropped, all processes of it that still run are killed.
pub struct Group {
    child: Child,
    guard: Option<Guard>,
    /// The pipe by which a program that is its own guard notices the end of this one.
    _held: Option<ChildStdin>,
    mark: Mark,
    /// When the first of its processes began, if the system reports it.
    began: Option<u64>,
    killer: Killer,
    is_over: bool,
}

impl Group {
    /// Starts a program as a group of its own.
    pub fn spawn(command: &mut Command, watched: &Watched<'_>) -> io::Result<Self> {
        let mark = Mark::new();
        command.env(MARK, &mark.0);
        let guard = match watched {
            Watched::Itself => {
                command.stdin(Stdio::piped());
                None
            }
            #[cfg(unix)]
            Watched::Connected(end) => {
                let end = std::os::fd::OwnedFd::from(end.try_clone()?);
                command.stdin(Stdio::from(end));
                None
            }
            Watched::Guard(last) => Guard::start(&mark, last)
                .inspect_err(|error| {
                    tracing::warn!(
                        %error,
                        program = %command.get_program().display(),
                        "no shell can be started to end this program if the process is killed"
                    );
                })
                .ok(),
        };
        let leader = guard.as_ref().map(|guard| guard.process.id());
        join_group(command, leader.unwrap_or(0));
        let mut child = command.spawn()?;
        let killer = Killer(Arc::new(Killing {
            group: leader.unwrap_or(child.id()),
            program: child.id(),
            state: Mutex::default(),
        }));
        Ok(Self {
            _held: match watched {
                Watched::Itself => child.stdin.take(),
                _ => None,
            },
            began: began(leader.unwrap_or(child.id())),
            child,
            guard,
            mark,
            killer,
            is_over: false,
        })
    }

    /// The program itself, to take its output from.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// A handle that ends the wait for the program from another thread.
    pub fn killer(&self) -> Killer {
        self.killer.clone()
    }

    /// Waits until the program has ended, and leaves alone what it started. Returns the reason if it was killed.
    pub fn wait(&mut self) -> io::Result<Option<Reason>> {
        self.wait_for_end()?;
        let mut state = self.killer.state();
        state.has_ended = true;
        Ok(state.reason)
    }

    /// Waits without collecting the exit status, where the system allows that: until it is collected, the process id is
    /// not given to another process.
    #[cfg(target_os = "linux")]
    fn wait_for_end(&mut self) -> io::Result<()> {
        use nix::{
            errno::Errno,
            sys::wait::{Id, WaitPidFlag, waitid},
        };
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        let Some(process) = pid(self.child.id()) else {
            return self.child.wait().map(drop);
        };
        loop {
            match waitid(Id::Pid(process), flags) {
                Err(Errno::EINTR) => {}
                ended => return Ok(ended.map(drop)?),
            }
        }
    }

    /// Waits as `wait` does. The first process of a container also inherits processes whose parents have ended, and
    /// must collect their exit statuses.
    #[cfg(unix)]
    pub fn wait_and_reap(&mut self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if std::process::id() == 1 {
            self.reap_until_end()?;
        }
        self.wait().map(drop)
    }

    #[cfg(target_os = "linux")]
    fn reap_until_end(&self) -> io::Result<()> {
        use nix::{
            errno::Errno,
            sys::wait::{Id, WaitPidFlag, waitid, waitpid},
        };
        let flags = WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT;
        loop {
            match waitid(Id::All, flags) {
                Ok(ended) if ended.pid() == pid(self.child.id()) => return Ok(()),
                Ok(ended) => {
                    let _status = ended.pid().map(|other| waitpid(other, None));
                }
                Err(Errno::EINTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    #[cfg(all(unix, not(target_os = "linux")))]
    fn wait_for_end(&mut self) -> io::Result<()> {
        self.child.wait().map(drop)
    }

    /// The status is collected here, because on this system no other thread ends a process.
    #[cfg(not(unix))]
    fn wait_for_end(&mut self) -> io::Result<()> {
        while self.child.try_wait()?.is_none() {
            if self.killer.state().reason.is_some() {
                self.child.kill()?;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        Ok(())
    }

    /// Kills everything that still runs, and returns the exit status of the program.
    pub fn end(mut self) -> io::Result<ExitStatus> {
        self.kill_all()
    }

    fn kill_all(&mut self) -> io::Result<ExitStatus> {
        self.is_over = true;
        // The errors are ignored: these calls fail only if there is nothing left to kill.
        kill_group(self.killer.0.group);
        let _gone = self.child.kill();
        self.killer.state().has_ended = true;
        let status = self.child.wait();
        self.guard = None;
        self.mark.kill_all(self.began);
        status
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.is_over {
            let _status = self.kill_all();
        }
    }
}

/// Kills a program and its group unless the program has ended.
#[derive(Clone)]
pub struct Killer(Arc<Killing>);

struct Killing {
    /// The id of the group, and that of the program, which may have left the group.
    group: u32,
    program: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reason: Option<Reason>,
    /// Its id may at any moment belong to another process.
    has_ended: bool,
}

impl Killer {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }

    /// Kills it for a reason. Only the first reason counts.
    pub fn kill(&self, reason: Reason) {
        let mut state = self.state();
        if state.has_ended {
            return;
        }
        state.reason.get_or_insert(reason);
        kill_group(self.0.group);
        kill(self.0.program);
    }

    /// Asks the program to end with SIGTERM, unless it has ended.
    #[cfg(unix)]
    pub fn terminate(&self) {
        let state = self.state();
        if !state.has_ended {
            flyte_config::system::terminate(self.0.program);
        }
    }
}

/// A shell that leads a group, and kills it when this program is gone.
struct Guard {
    process: Child,
    /// Nothing is ever written to it; its end is the signal.
    _held: ChildStdin,
}

impl Guard {
    /// Ignores the signals that a script may send to its own group, and reports when that is set up. `read` ends when
    /// the pipe is closed. On Linux the guard, like this program, looks for processes that left the group, if there is
    /// a `grep`.
    const SCRIPT: &str = "trap '' HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP
mark=\"$1\"
shift
echo
exec > /dev/null
read -r _
\"$@\" < /dev/null
round=0
while [ \"$round\" -lt 64 ]; do
    round=$((round + 1))
    found=
    for file in $(grep -lsF \"$mark\" /proc/[0-9]*/environ); do
        file=\"${file%/environ}\"
        kill -KILL \"${file#/proc/}\" && found=yes
    done
    [ -n \"$found\" ] || break
done
kill -KILL 0";

    fn start(mark: &Mark, last: &[OsString]) -> io::Result<Self> {
        if cfg!(not(unix)) {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", Self::SCRIPT, "flyte-guard"])
            .arg(mark.variable())
            .args(last)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        join_group(&mut command, 0);
        let mut process = command.spawn()?;
        let pipes = (process.stdin.take(), process.stdout.take());
        let (Some(held), Some(mut stdout)) = pipes else {
            return Err(io::Error::other("the pipes of the shell are not there"));
        };
        let guard = Self {
            process,
            _held: held,
        };
        stdout.read_exact(&mut [0])?;
        Ok(guard)
    }
}

/// The guard is killed before its pipe is closed, so that it does nothing more.
impl Drop for Guard {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}

/// The start time of a process in the system's unit; `None` if there is no such process or the system does not report
/// it.
pub(super) fn began(process: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The program's name in brackets may contain any character.
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(19)?.parse().ok()
}

/// The value in the environment of a group's processes, and of groups that they start.
struct Mark(OsString);

impl Mark {
    fn new() -> Self {
        let mut name = std::env::var_os(MARK).unwrap_or_default();
        name.push("/");
        name.push(random_hex());
        Self(name)
    }

    /// The entry in the environment.
    fn variable(&self) -> OsString {
        let mut variable = OsString::from(MARK);
        variable.push("=");
        variable.push(&self.0);
        variable
    }

    /// Kills all processes that have the variable, except this one and those that began before the group's first
    /// process.
    #[cfg(target_os = "linux")]
    fn kill_all(&self, first: Option<u64>) {
        // The next round finds what a process starts during the search. The number of rounds is limited, because this
        // could go on for ever.
        for _ in 0..64 {
            let found = self.processes(first);
            if found.is_empty() {
                return;
            }
            found.into_iter().for_each(kill);
            // A killed process stays in the table until the system removes it.
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn kill_all(&self, _first: Option<u64>) {
        let _none_is_found = &self.0;
    }

    #[cfg(target_os = "linux")]
    fn processes(&self, first: Option<u64>) -> Vec<u32> {
        let Ok(all) = std::fs::read_dir("/proc") else {
            return Vec::new();
        };
        let own = std::process::id();
        let numbers = all
            .flatten()
            .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        // Most processes began earlier, and reading an environment costs more than reading a start time.
        numbers
            .filter(|number| *number != own && began(*number) >= first && self.is_of(*number))
            .collect()
    }

    /// Whether a process has the variable. The environments of another user's processes, and of ended ones, cannot be
    /// read and have nothing.
    #[cfg(target_os = "linux")]
    fn is_of(&self, process: u32) -> bool {
        let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        let mut variables = environment.split(|byte| *byte == 0);
        variables.any(|variable| {
            let value = variable.strip_prefix(MARK.as_bytes());
            let value = value.and_then(|value| value.strip_prefix(b"="));
            let below = value.and_then(|value| value.strip_prefix(self.0.as_encoded_bytes()));
            matches!(below, Some([] | [b'/', ..]))
        })
    }
}

/// For a program that is [`Watched::Itself`]: ends it, with everything it has started, when the program that started it
/// is gone, even if that was killed. Its standard input is empty afterwards, as in a container. The returned file is
/// the previous standard input.
#[cfg(unix)]
pub fn end_with_parent() -> io::Result<std::fs::File> {
    use std::{fs::File, os::fd::AsFd as _, thread};

    use nix::unistd::{dup2_stdin, getpgrp, getpid};

    let mut parent = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    dup2_stdin(File::open("/dev/null")?)?;
    let kept = parent.try_clone()?;
    let watch = move || {
        // The pipe has ended, or failed: nothing can write to it any more. An interrupted read is not an error; the
        // signal's handler has run.
        loop {
            match parent.read(&mut [0; 64]) {
                Ok(1..) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(0) | Err(_) => break,
            }
        }
        if let Some(mark) = std::env::var_os(MARK) {
            Mark(mark).kill_all(began(std::process::id()));
        }
        // The group may belong to another program if a user started this one by hand.
        if getpgrp() == getpid() {
            kill_group(std::process::id());
        }
        std::process::exit(1);
    };
    let watching = thread::Builder::new().name("flyte-parent".to_owned());
    watching.spawn(watch)?;
    Ok(kept)
}
