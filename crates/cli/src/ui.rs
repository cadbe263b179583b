//! `ui`: serves the console, which shows all runs of this user in the browser.

use std::{
    fs,
    io::{self, ErrorKind, IsTerminal as _, Read as _},
    net::{IpAddr, Ipv4Addr},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use super::{
    Cli, Reply,
    failure::{Failure, no_history},
    ui_runs::OwnRuns,
};
use flyte_config::{browser, config::Environment, private, random};
use flyte_context::context::instead_of_the_end;
use flyte_events::history::History;
use flyte_view::console::{Console, Settings};

const PORT: &str = "--port";
const HOST: &str = "--host";
const NO_OPEN: &str = "--no-open";

/// The same each time, so that open pages find a console that was started again.
const DEFAULT_PORT: u16 = 4411;

/// The file with the secret of the user, beside the histories.
const KEY: &str = "console.key";

/// Names the files that lead a browser to a console, beside the histories.
const LEADS: &str = "console-";

/// How long runs of the console may take to end after Ctrl-C.
const GRACE_PERIOD: Duration = Duration::from_millis(1_500);

pub(super) fn command() -> Command {
    Command::new("ui")
        .about("Shows all runs of this user in the browser, starts runs and answers gates")
        .after_help(
            "The address has a token that is good for one use within ten minutes. Open pages go on by themselves when \
             the console is started again on the same port. Runs that the console has started end with it.",
        )
        .arg(
            Arg::new(PORT)
                .long("port")
                .value_name("N")
                .value_parser(value_parser!(u16))
                .help(format!("The port; 0 for any that is free [default: {DEFAULT_PORT}]")),
        )
        .arg(
            Arg::new(HOST)
                .long("host")
                .value_name("ADDRESS")
                .value_parser(value_parser!(IpAddr))
                .help(
                    "The address to listen at [default: 127.0.0.1]. Any other lets other machines in, without \
                     encryption",
                ),
        )
        .arg(
            Arg::new(NO_OPEN)
                .long("no-open")
                .action(ArgAction::SetTrue)
                .help("Opens no browser, as when standard output is not a terminal"),
        )
}

/// A console to serve after its address is printed.
#[derive(Debug)]
pub(super) struct Served {
    console: Console,
    runs: Arc<OwnRuns>,
    /// The page to open in the browser.
    opens: Option<Lead>,
    has_signals: bool,
}

pub(super) fn reply(cli: &Cli<'_>, bin: &str, options: &ArgMatches) -> Reply {
    let port = options.get_one(PORT).copied().unwrap_or(DEFAULT_PORT);
    let address = options.get_one(HOST).copied();
    let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let bound = cli
        .history
        .ok_or_else(no_history)
        .and_then(|history| bind(cli, bin, history, address, port));
    let (console, runs) = match bound {
        Ok(bound) => bound,
        Err(failure) => return Reply::failed(&failure, false),
    };
    let invitation = console.address();
    let mut reply = Reply::success(format!("{invitation}\n"));
    if !address.is_loopback() {
        reply.stderr += "note: other machines reach this console, and what it sends is not encrypted; whoever gets the \
                         address first can start runs here\n";
    }
    let opens = !options.get_flag(NO_OPEN) && cli.owns_stdout && io::stdout().is_terminal();
    if opens {
        reply.stderr += "Ctrl-C ends the console\n";
    }
    // The address is printed, so a user without a browser here can open it elsewhere.
    let lead = cli.history.filter(|_| opens);
    let lead = lead.and_then(|history| Lead::to(&invitation, state(history)).ok());
    reply.serves = Some(Served {
        opens: lead,
        console,
        runs,
        has_signals: cli.has_signals,
    });
    reply
}

fn bind(
    cli: &Cli<'_>,
    bin: &str,
    history: &History,
    address: IpAddr,
    port: u16,
) -> Result<(Console, Arc<OwnRuns>), Failure> {
    let failed = |what: &str, error: io::Error| Failure::Encode(format!("{what}: {error}"));
    let key = user_key(state(history))
        .map_err(|error| failed("the key of the console cannot be read or written", error))?;
    let seed =
        random::secret().map_err(|error| failed("this system has no random bytes", error))?;
    let settings = Settings {
        address,
        port,
        seed,
        key,
        title: bin.to_owned(),
    };
    let runs = Arc::new(OwnRuns::new(history.clone(), cli.registry.clone()));
    let console = Console::bind(settings, history, cli.registry.clone(), runs.clone());
    let console = console.map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => Failure::Encode(format!(
            "port {port} of {address} is taken, perhaps by another console; end that one, or write `--port 0` for a \
             port that is free"
        )),
        _ => failed(&format!("the console cannot listen at port {port} of {address}"), error),
    })?;
    Ok((console, runs))
}

/// The directory of what is kept beside the histories.
fn state(history: &History) -> &Path {
    history.directory().parent().unwrap_or(Path::new(""))
}

/// The secret of the user, which is made when it is first needed.
fn user_key(directory: &Path) -> io::Result<[u8; 32]> {
    private::make(directory)?;
    if let Some(why) = private::openness(directory) {
        return Err(io::Error::new(ErrorKind::PermissionDenied, why));
    }
    let path = directory.join(KEY);
    let read = || -> io::Result<Option<[u8; 32]>> {
        let mut file = private::open(&path)?;
        if private::is_open(&file.metadata()?) {
            // Others may have read it, or it is of another user, who lets this one read it.
            return Ok(None);
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes.try_into().ok())
    };
    match read() {
        Ok(Some(key)) => return Ok(key),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        // It is not there, is not secret, or a process was ended while it wrote it.
        Ok(None) | Err(_) => private::replace(&path, &random::secret()?)?,
    }
    // Another process may have replaced it since.
    read()?.ok_or_else(|| {
        let path = path.display();
        io::Error::other(format!("{path} has another length, or others may read it"))
    })
}

/// A file that leads a browser to an invitation. Only this user can read it; the arguments of a browser anyone can.
#[derive(Debug)]
struct Lead(PathBuf);

impl Lead {
    fn to(invitation: &str, directory: &Path) -> io::Result<Self> {
        let name = format!("{LEADS}{}.html", random::random_hex());
        let path = std::path::absolute(directory.join(name))?;
        // Nothing in the address has a meaning in markup.
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Console</title>\
             <meta name=\"referrer\" content=\"no-referrer\">\
             <meta http-equiv=\"refresh\" content=\"0;url={invitation}\">\
             <p><a href=\"{invitation}\">Open the console</a></p></html>\n"
        );
        private::replace(&path, html.as_bytes())?;
        Ok(Self(path))
    }
}

impl Drop for Lead {
    fn drop(&mut self) {
        // If it stays, it leads nowhere: the console has ended.
        let _removed = fs::remove_file(&self.0);
    }
}

impl Served {
    /// Serves until Ctrl-C, and then waits for the runs that it cancels.
    pub(super) fn serve(self) -> io::Result<()> {
        let stop = self.console.stop();
        if self.has_signals {
            // A program that handles Ctrl-C itself ends the console in its own way.
            let _handled = instead_of_the_end(Arc::new(move || stop.stop()));
        }
        if let Some(Lead(path)) = &self.opens {
            // Without a browser the user opens the address that is printed.
            let _opened = browser::open(&browser::file_url(path), &Environment::process());
        }
        let served = self.console.serve();
        self.runs.cancel_all();
        let end = Instant::now() + GRACE_PERIOD;
        while self.runs.is_busy() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
        served
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory that is removed after the test.
    struct Directory(PathBuf);

    impl Directory {
        fn new() -> Self {
            let name = format!("flyte-ui-{}", random::random_hex());
            let path = std::env::temp_dir().join(name);
            private::make_new(&path).expect("it can be made");
            Self(path)
        }
    }

    impl Drop for Directory {
        fn drop(&mut self) {
            let _removed = fs::remove_dir_all(&self.0);
        }
    }

    #[cfg(unix)]
    fn set_mode(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt as _;
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(path, permissions).expect("it is this user's");
    }

    /// The arguments of a process are no secret, so the browser gets the name of a private file.
    #[test]
    fn a_browser_is_led_to_the_console_by_a_file() {
        let directory = Directory::new();
        let lead = Lead::to("http://127.0.0.1:4411/?token=0f5c", &directory.0).expect("it is made");
        let path = lead.0.clone();
        let html = fs::read_to_string(&path).expect("it is there");
        assert!(
            html.contains("content=\"0;url=http://127.0.0.1:4411/?token=0f5c\""),
            "{html}"
        );
        let metadata = fs::metadata(&path).expect("it is there");
        assert!(!private::is_open(&metadata));
        assert!(!browser::file_url(&path).contains("0f5c"));
        drop(lead);
        assert!(!path.exists());
    }

    #[test]
    fn the_secret_of_the_user_stays_the_same() {
        let directory = Directory::new();
        let first = user_key(&directory.0).expect("it is made");
        assert_eq!(user_key(&directory.0).expect("it is there"), first);
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_may_have_read_is_replaced() {
        let directory = Directory::new();
        let first = user_key(&directory.0).expect("it is made");
        let path = directory.0.join(KEY);
        set_mode(&path, 0o644);
        assert_ne!(user_key(&directory.0).expect("it is made again"), first);
        let metadata = fs::metadata(&path).expect("it is there");
        assert!(!private::is_open(&metadata));
    }

    #[cfg(unix)]
    #[test]
    fn a_secret_that_others_could_replace_is_refused() {
        let directory = Directory::new();
        set_mode(&directory.0, 0o777);
        let refused = user_key(&directory.0).expect_err("others could replace it");
        assert!(refused.to_string().contains("chmod go-w"), "{refused}");
    }
}
