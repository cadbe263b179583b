//! A program with all that it starts: it ends with its attempt, and with this program.
//!
//! * The processes are a group of the system's, which is killed as a whole when the attempt ends, normally or not. On
//!   Linux what has left the group, as by `setsid`, is found by a variable in its environment. What has also cleared
//!   its environment, or runs as another user, is not found; elsewhere than on Linux nothing that has left the group
//!   is.
//! * However this program ends, also if it is killed, the system closes its pipes, and whoever reads one kills the
//!   group. That is the program itself if it is this one again (`end_with_parent`). For any other it is a shell,
//!   the **guard**. The guard is there before the program is, and leads the group, so that there is no moment in
//!   which the program would outlive this one.

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

/// The variable by which processes are found that have left their group: the name of the group, behind those of the
/// groups around it.
const MARK: &str = "FLYTE_PROCESS_GROUP";

/// Who kills the group when this program is gone.
pub enum Watched<'a> {
    /// The program, which calls `end_with_parent`. Its standard input is taken for that.
    Itself,
    /// The program as well, whose standard input is this end of a connection: it can say something by it. The other end
    /// is held until the group has ended.
    #[cfg(unix)]
    Connected(&'a std::os::unix::net::UnixStream),
    /// A guard, which runs this command before it kills the group, if there is one.
    Guard(&'a [OsString]),
}

/// Why a program was killed before it had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The attempt is not wanted any more.
    Cancelled,
    /// Its time is over.
    TimedOut,
    /// It had so many bytes of memory, which is too much.
    Memory(u64),
}

/// A program with all that it starts; whatever of it still runs when this is dropped is killed.
pub struct Group {
    child: Child,
    guard: Option<Guard>,
    /// The pipe by which a program that is its own guard knows that this one is there.
    _held: Option<ChildStdin>,
    mark: Mark,
    /// When the first of its processes began, if the system says it.
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

    /// What can end the wait for the program, from another thread.
    pub fn killer(&self) -> Killer {
        self.killer.clone()
    }

    /// Waits until the program has ended, without doing anything about what it has left running; with the reason if
    /// it was killed.
    pub(crate) fn wait(&mut self) -> io::Result<Option<Reason>> {
        self.wait_for_end()?;
        let mut state = self.killer.state();
        state.has_ended = true;
        Ok(state.reason)
    }

    /// Without asking how it has ended, where that can be: until then its number is not given to another process.
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

    /// Waits as `wait` does. The first process of a container is also given those whose parents have ended, and nobody
    /// else asks how they end.
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

    /// No other thread can end a process here, so it is asked for.
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

    /// Kills all that still runs, and says how the program has ended.
    pub fn end(mut self) -> io::Result<ExitStatus> {
        self.kill_all()
    }

    fn kill_all(&mut self) -> io::Result<ExitStatus> {
        self.is_over = true;
        // Of what has ended already nothing is killed: all that can go wrong with these is that there is nothing.
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

/// Kills a program with its group, unless it has ended.
#[derive(Clone)]
pub struct Killer(Arc<Killing>);

struct Killing {
    /// The number of the group, and that of the program, which may have left it.
    group: u32,
    program: u32,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    reason: Option<Reason>,
    /// Its number may be that of another process any moment.
    has_ended: bool,
}

impl Killer {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }

    /// Kills it for a reason; the first is the one that counts.
    pub(crate) fn kill(&self, reason: Reason) {
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
    /// Nothing is ever written to it: its end is the news.
    _held: ChildStdin,
}

impl Guard {
    /// Signals that a script may send to its own group do not end it; it says when it is so far. `read` ends when the
    /// pipe is closed. On Linux it looks, as this program does, for what has left the group, if there is a `grep`.
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

/// Before its pipe is closed, so that it does nothing more.
impl Drop for Guard {
    fn drop(&mut self) {
        let _gone = self.process.kill();
        let _status = self.process.wait();
    }
}

/// When a process began, in the system's own measure; nothing if there is none, or the system does not say it.
pub(super) fn began(process: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program, in brackets, may have anything in it.
    let (_, rest) = stat.rsplit_once(") ")?;
    rest.split(' ').nth(19)?.parse().ok()
}

/// What processes of a group have in their environment, those of groups that they start included.
struct Mark(OsString);

impl Mark {
    fn new() -> Self {
        let mut name = std::env::var_os(MARK).unwrap_or_default();
        name.push("/");
        name.push(random_hex());
        Self(name)
    }

    /// As it is in an environment.
    fn variable(&self) -> OsString {
        let mut variable = OsString::from(MARK);
        variable.push("=");
        variable.push(&self.0);
        variable
    }

    /// Kills all that have it, but for this process, of those that have not begun before the first of them.
    #[cfg(target_os = "linux")]
    fn kill_all(&self, first: Option<u64>) {
        // What one of them starts while they are looked for is found the next time, unless it goes on like that for
        // ever.
        for _ in 0..64 {
            let found = self.processes(first);
            if found.is_empty() {
                return;
            }
            found.into_iter().for_each(kill);
            // They are there until the system comes to it.
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
        // Most have been there for long, and an environment is more to look at than a time.
        numbers
            .filter(|number| *number != own && began(*number) >= first && self.is_of(*number))
            .collect()
    }

    /// Nothing is of another user's processes, which cannot be read, and of those that have ended.
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

/// In a program that is [`Watched::Itself`]: has it end, with all that it has started, when the program is gone that
/// has started it, also if that was killed. Its standard input is empty afterwards, as it is in a container; what comes
/// back is what it was before.
#[cfg(unix)]
pub fn end_with_parent() -> io::Result<std::fs::File> {
    use std::{fs::File, os::fd::AsFd as _, thread};

    use nix::unistd::{dup2_stdin, getpgrp, getpid};

    let mut parent = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    dup2_stdin(File::open("/dev/null")?)?;
    let kept = parent.try_clone()?;
    let watch = move || {
        // An end, or an error: there is nobody any more who could have written. A signal that this thread was chosen
        // for is no error, and has to do what it does.
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
        // The group may be another's if somebody has started this by hand.
        if getpgrp() == getpid() {
            kill_group(std::process::id());
        }
        std::process::exit(1);
    };
    let watching = thread::Builder::new().name("flyte-parent".to_owned());
    watching.spawn(watch)?;
    Ok(kept)
}
