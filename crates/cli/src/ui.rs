//! `ui`: serves the console, which shows all runs of this user in the browser.

use std::{
    io::{self, ErrorKind, IsTerminal as _},
    net::{IpAddr, Ipv4Addr},
    path::Path,
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

/// How long runs of the console may take to end after Ctrl-C.
const GRACE_PERIOD: Duration = Duration::from_millis(1_500);

pub(super) fn command() -> Command {
    Command::new("ui")
        .about("Shows all runs of this user in the browser, starts runs and answers gates")
        .after_help(
            "The address has a token that is good for one use. Open pages go on by themselves when the console is \
             started again on the same port. Runs that the console has started end with it.",
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
    /// The address to open in the browser.
    opens: Option<String>,
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
    let mut reply = Reply::success(format!("{}\n", console.address()));
    if !address.is_loopback() {
        reply.stderr += "note: other machines reach this console, and what it sends is not encrypted; whoever gets the \
                         address first can start runs here\n";
    }
    let opens = !options.get_flag(NO_OPEN) && cli.owns_stdout && io::stdout().is_terminal();
    if opens {
        reply.stderr += "Ctrl-C ends the console\n";
    }
    reply.serves = Some(Served {
        opens: opens.then(|| console.address()),
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
    let key = user_key(history)
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

/// The secret of the user, which is made when it is first needed.
fn user_key(history: &History) -> io::Result<[u8; 32]> {
    let directory = history.directory().parent().unwrap_or(Path::new(""));
    private::make(directory)?;
    let path = directory.join(KEY);
    let read = || private::read(&path).map(|bytes| bytes.try_into().ok());
    match read() {
        Ok(Some(key)) => return Ok(key),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        // It is not there, or a process was ended while it wrote it.
        Ok(None) | Err(_) => private::replace(&path, &random::secret()?)?,
    }
    // Another process may have replaced it since.
    read()?.ok_or_else(|| io::Error::other(format!("{} has another length", path.display())))
}

impl Served {
    /// Serves until Ctrl-C, and then waits for the runs that it cancels.
    pub(super) fn serve(self) -> io::Result<()> {
        let stop = self.console.stop();
        if self.has_signals {
            // A program that handles Ctrl-C itself ends the console in its own way.
            let _handled = instead_of_the_end(Arc::new(move || stop.stop()));
        }
        if let Some(address) = &self.opens {
            // It is printed, so a user without a browser here can open it elsewhere.
            let _opened = browser::open(address, &Environment::process());
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
