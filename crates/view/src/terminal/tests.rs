//! Frames and summaries as functions of the events up to a time.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use flyte_events::events::{
    Event, EventKind, NodeInfo, NodeKind, NodeState, Recalled, RunInfo, RunState, Values,
    WaitReason,
};

use super::{
    Look, Size,
    frame::frame,
    lines::Lines,
    live::Live,
    summary::summary,
    told::{Notes, Told},
};
use crate::picture::measure::cells;

/// Events with times, and the state that they add up to.
struct Log {
    run: Arc<RunInfo>,
    at: Duration,
    events: Vec<Event>,
    live: Live,
}

fn node(path: &str, entity: &str, kind: NodeKind) -> Arc<NodeInfo> {
    Arc::new(NodeInfo::new(path.to_owned(), entity, kind, "w"))
}

fn task(path: &str) -> Arc<NodeInfo> {
    node(path, "t.work", NodeKind::Task)
}

impl Log {
    fn of(tasks: usize) -> Self {
        let started = SystemTime::UNIX_EPOCH;
        let run = RunInfo::new("id".to_owned(), "my.flow", started, false);
        let mut log = Self {
            run: Arc::new(run),
            at: Duration::ZERO,
            events: Vec::new(),
            live: Live::default(),
        };
        log.tell(EventKind::RunStarted {
            inputs: Values::none(),
            tasks,
        });
        log
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + self.at
    }

    fn tell(&mut self, kind: EventKind) {
        let mut event = Event::now(&self.run, kind);
        event.at = self.now();
        if let Some(told) = Told::of(&event) {
            self.live.add(&told);
        }
        self.events.push(event);
    }

    fn after(&mut self, millis: u64) -> &mut Self {
        self.at += Duration::from_millis(millis);
        self
    }

    fn waits(&mut self, node: &Arc<NodeInfo>, reason: WaitReason) -> &mut Self {
        let node = Arc::clone(node);
        self.tell(EventKind::WaitStarted { node, reason });
        self
    }

    fn starts(&mut self, node: &Arc<NodeInfo>, tasks: usize) -> &mut Self {
        self.tell(EventKind::NodeStarted {
            node: Arc::clone(node),
            inputs: Values::none(),
            tasks,
        });
        self
    }

    fn fails_once(&mut self, node: &Arc<NodeInfo>, wait: Duration) -> &mut Self {
        self.tell(EventKind::AttemptEnded {
            node: Arc::clone(node),
            attempt: 0,
            took: Duration::ZERO,
            outputs: None,
            error: Some("no luck".into()),
            causes: Arc::new([]),
            next: Some(wait),
        });
        self.tell(EventKind::BackoffStarted {
            node: Arc::clone(node),
            attempt: 1,
            wait,
        });
        self
    }

    fn ends(&mut self, node: &Arc<NodeInfo>, state: NodeState, took: u64) -> &mut Self {
        self.tell(EventKind::NodeEnded {
            node: Arc::clone(node),
            state,
            took: Some(Duration::from_millis(took)),
            attempts: 1,
            outputs: Values::none(),
            error: (state == NodeState::Failed).then(|| "it broke\nfor a reason".into()),
            is_tolerated: false,
        });
        self
    }

    fn run_ends(&mut self, state: RunState) {
        let took = self.at;
        self.tell(EventKind::RunEnded {
            state,
            took,
            outputs: Values::none(),
            error: None,
        });
    }

    fn frame(&self, columns: usize, rows: usize) -> Vec<String> {
        frame(&self.live, self.now(), Size { columns, rows }, false)
    }
}

const OK: NodeState = NodeState::Succeeded;

#[test]
fn a_frame_tells_what_runs_and_what_each_node_waits_for() {
    let mut log = Log::of(7);
    let [load, train, fetch, equal, last] = ["n0", "n1", "n2", "n3", "n6"].map(task);
    let gate = node("n4", "review", NodeKind::Gate);
    log.starts(&load, 0).after(2_000).ends(&load, OK, 2_000);
    log.starts(&train, 0).after(500).starts(&fetch, 0);
    log.fails_once(&fetch, Duration::from_secs(30));
    log.starts(&equal, 0).waits(&equal, WaitReason::EqualCall);
    log.starts(&gate, 0).waits(&gate, WaitReason::Gate);
    log.waits(&last, WaitReason::Permit).after(61_500);
    log.at = Duration::from_millis(12_500);
    assert_eq!(
        log.frame(120, 60),
        [
            "my.flow 1/7 12 s · 1 running · 1 at a gate · 1 in backoff · 1 waiting for an equal call · \
             1 waiting for a job",
            "? n4 review waits for its answer 10 s",
            "● n1 t.work 10 s",
            "! n2 t.work attempt 1 follows in 20 s 10 s",
            "= n3 t.work waits for an equal call 10 s",
            "path n0 work 2.0 s › n1 work",
        ]
    );
}

#[test]
fn ten_thousand_nodes_are_a_few_rows() {
    let mut log = Log::of(10_000);
    let all: Vec<_> = (0..10_000)
        .map(|number| task(&format!("n{number}")))
        .collect();
    for node in &all {
        log.after(1).starts(node, 0);
    }
    let frame = log.frame(80, 48);
    assert_eq!(frame.len(), 16);
    assert!(
        frame[0].starts_with("my.flow 0/10,000 10 s · 10,000 running"),
        "{frame:?}"
    );
    // What has run longest comes first.
    assert_eq!(frame[1], "● n0 t.work 10.0 s");
    assert_eq!(frame[15], "+9,986 running");
    assert_eq!(log.frame(80, 24).len(), 8);
    assert_eq!(log.frame(80, 2).len(), 1);
}

#[test]
fn failures_come_first_and_leave_room() {
    let mut log = Log::of(40);
    for number in 0..20 {
        let node = task(&format!("n{number}"));
        log.starts(&node, 0)
            .after(10)
            .ends(&node, NodeState::Failed, 10);
    }
    for number in 20..40 {
        log.starts(&task(&format!("n{number}")), 0);
    }
    let frame = log.frame(80, 24);
    assert_eq!(frame.len(), 8, "{frame:#?}");
    let signs: Vec<_> = frame.iter().skip(1).map(|row| row.chars().next()).collect();
    let failed = signs.iter().take_while(|sign| **sign == Some('✕')).count();
    assert_eq!(failed, 3, "{frame:#?}");
    assert_eq!(frame[3], "✕ n19 t.work: it broke");
    assert!(frame[4].starts_with("● n20 t.work"), "{frame:#?}");
}

#[test]
fn no_row_is_wider_than_the_terminal() {
    let mut log = Log::of(30);
    let names = [
        "模型训练",
        "e\u{301}te\u{301}",
        "🚀 start",
        "\u{1b}[31mred\u{7}",
        "a\nb\tc",
        "plain",
    ];
    for (number, name) in names.iter().cycle().take(24).enumerate() {
        let node = node(&format!("n{number}"), name, NodeKind::Task);
        log.starts(&node, 0);
        if number % 3 == 0 {
            log.after(100).ends(&node, NodeState::Failed, 100);
        }
    }
    for columns in 1..=90 {
        for rows in [1, 3, 10, 24, 60] {
            let frame = log.frame(columns, rows);
            assert!(frame.len() <= 16.min(rows / 3).max(1), "{rows}: {frame:#?}");
            for row in &frame {
                assert!(cells(row) <= columns, "{columns}: {row:?}");
                assert!(!row.contains(char::is_control), "{row:?}");
            }
        }
    }
    let narrow = log.frame(20, 30);
    assert_eq!(narrow[1], "✕ n12 模型训练: it…");
}

/// A long name takes away neither how far the run is nor how long a task has been running.
#[test]
fn a_narrow_frame_shortens_names() {
    let mut log = Log::of(8);
    log.starts(&node("n1", "stats.count_batch", NodeKind::Task), 0);
    log.after(1_500);
    let rows = |columns| log.frame(columns, 30);
    assert_eq!(rows(30)[1], "● n1 stats.count_batch 1.5 s");
    assert_eq!(rows(26)[1], "● n1 count_batch 1.5 s");
    assert_eq!(rows(20)[1], "● n1 count_ba… 1.5 s");
    assert_eq!(rows(20)[0], "my.flow 0/8 1.5 s · ");
    assert_eq!(rows(15)[0], "flow 0/8 1.5 s…");
}

#[test]
fn colours_add_nothing_but_colours() {
    let mut log = Log::of(3);
    let (failed, runs) = (task("n0"), task("n1"));
    log.starts(&failed, 0)
        .ends(&failed, NodeState::Failed, 5)
        .starts(&runs, 0);
    let size = Size {
        columns: 60,
        rows: 30,
    };
    let plain = frame(&log.live, log.now(), size, false);
    let coloured = frame(&log.live, log.now(), size, true);
    assert!(coloured.iter().any(|row| row.contains("\x1b[1;31m✕")));
    let without = |row: &String| {
        let mut parts = row.split("\x1b[");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| {
            text + part.split_once('m').map_or("", |(_, rest)| rest)
        })
    };
    assert_eq!(coloured.iter().map(without).collect::<Vec<_>>(), plain);
}

#[test]
fn a_map_is_one_row_with_its_elements_counted() {
    let mut log = Log::of(1);
    let map = node("n0", "t.work", NodeKind::Map);
    log.starts(&map, 10_000);
    for number in 0..20 {
        let element = task(&format!("n0[{number}]"));
        log.starts(&element, 0);
        if number < 16 {
            log.after(100).ends(&element, OK, 100);
        }
    }
    let frame = log.frame(100, 48);
    assert_eq!(
        frame[0],
        "my.flow 16/10,001 1.6 s · 4 running · 9,980 waiting for a job"
    );
    assert_eq!(frame[1], "▦ n0 t.work 16/10,000 done 1.6 s");
    assert_eq!(frame.len(), 6, "{frame:#?}");
}

/// The path goes through workflows, maps and what was waited for, and names nothing beside it.
#[test]
fn the_critical_path_is_what_each_node_waited_for() {
    let mut log = Log::of(5);
    let [load, beside, last] = ["n0", "n1", "n3"].map(task);
    let flow = node("n2", "my.inner", NodeKind::Workflow);
    let [first, second] = ["n2/n0", "n2/n1"].map(task);
    let map = node("n4", "t.work", NodeKind::Map);
    let [quick, slow] = ["n4[0]", "n4[1]"].map(task);
    log.waits(&beside, WaitReason::Permit).starts(&load, 0);
    log.after(1_000).ends(&load, OK, 1_000).starts(&beside, 0);
    log.starts(&flow, 0)
        .starts(&first, 0)
        .after(300)
        .ends(&beside, OK, 300);
    log.after(1_700).ends(&first, OK, 2_000).starts(&second, 0);
    log.after(500).ends(&second, OK, 500).ends(&flow, OK, 2_500);
    log.starts(&last, 0).after(200).ends(&last, OK, 200);
    log.starts(&map, 2).starts(&quick, 0).starts(&slow, 0);
    log.after(100)
        .ends(&quick, OK, 100)
        .after(1_200)
        .ends(&slow, OK, 1_300);
    log.ends(&map, OK, 1_300).run_ends(RunState::Succeeded);
    let path = log.live.critical.whole();
    let path: Vec<_> = path
        .iter()
        .map(|step| (step.path, step.took.as_millis()))
        .collect();
    assert_eq!(
        path,
        [
            ("n0", 1_000),
            ("n2/n0", 2_000),
            ("n2/n1", 500),
            ("n3", 200),
            ("n4[1]", 1_300)
        ]
    );
    // Its parts have no gaps, so they are the time of the run.
    assert_eq!(path.iter().map(|(_, took)| took).sum::<u128>(), 5_000);
    assert_eq!(
        summary(&log.live, true, false),
        "run id succeeded in 5.0 s: 7 ran\n\
         \x20 1.0 s 20 % n0 t.work\n\
         \x20 2.0 s 40 % n2/n0 t.work\n\
         \x20 500 ms 10 % n2/n1 t.work\n\
         \x20 200 ms 4 % n3 t.work\n\
         \x20 1.3 s 26 % n4[1] t.work\n"
    );
    assert!(log.frame(80, 24).is_empty());
}

#[test]
fn a_map_of_short_elements_took_the_time_itself() {
    let mut log = Log::of(0);
    let map = node("n0", "t.work", NodeKind::Map);
    log.starts(&map, 3);
    for number in 0..3 {
        let element = task(&format!("n0[{number}]"));
        log.starts(&element, 0).after(400).ends(&element, OK, 400);
    }
    log.ends(&map, OK, 1_200).run_ends(RunState::Succeeded);
    assert_eq!(
        summary(&log.live, true, false),
        "run id succeeded in 1.2 s: 3 ran\n  1.2 s 100 % n0 t.work\n"
    );
}

#[test]
fn a_summary_names_what_failed_and_what_came_from_the_cache() {
    let mut log = Log::of(9);
    for number in 0..7 {
        let node = task(&format!("n{number}"));
        log.starts(&node, 0)
            .after(1_000)
            .ends(&node, NodeState::Failed, 1_000);
    }
    let cached = task("n7");
    log.starts(&cached, 0)
        .ends(&cached, NodeState::Recalled(Recalled::Cached), 0);
    log.run_ends(RunState::Failed);
    let text = summary(&log.live, true, false);
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[0],
        "run id failed in 7.0 s: 1 from the cache, 7 failed"
    );
    assert_eq!(lines[1], "  ✕ n0 t.work after 1.0 s: it broke");
    assert_eq!(lines[6], "  and 2 more failed");
}

/// Numbers that look like chance, the same every time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % end
    }
}

/// Each frame is what the events up to its time say, counted in another way.
#[test]
fn frames_are_what_the_events_up_to_their_time_say() {
    for seed in 0..40 {
        let mut chance = Chance(seed);
        let nodes: Vec<_> = (0..30).map(|number| task(&format!("n{number}"))).collect();
        let mut log = Log::of(nodes.len());
        // For each node: 0 before, 1 ready, 2 runs, 3 in backoff, 4 ended, 5 failed.
        let mut states = vec![0; nodes.len()];
        for _ in 0..400 {
            let place = chance.below(nodes.len());
            let node = &nodes[place];
            log.after(chance.below(50) as u64);
            states[place] = match (states[place], chance.below(4)) {
                (0, 0) => {
                    log.waits(node, WaitReason::Permit);
                    1
                }
                (0 | 1, _) => {
                    log.starts(node, 0);
                    2
                }
                (2, 0) => {
                    log.fails_once(node, Duration::from_secs(1));
                    3
                }
                (2, 1) => {
                    log.ends(node, NodeState::Failed, 10);
                    5
                }
                (2, _) => {
                    log.ends(node, OK, 10);
                    4
                }
                (3, _) => {
                    log.tell(EventKind::AttemptStarted {
                        node: Arc::clone(node),
                        attempt: 1,
                        inputs: Values::none(),
                    });
                    2
                }
                (over, _) => over,
            };
            let frame = log.frame(200, 48);
            let count = |wanted: usize| states.iter().filter(|state| **state == wanted).count();
            let says = |count: usize, what: &str| match count {
                0 => assert!(!frame[0].contains(what), "{frame:#?}"),
                count => assert!(frame[0].contains(&format!(" {count} {what}")), "{frame:#?}"),
            };
            assert!(frame[0].starts_with(&format!("my.flow {}/30 ", count(4) + count(5))));
            says(count(1), "waiting for a job");
            says(count(2), "running");
            says(count(3), "in backoff");
            says(count(5), "failed");
            let rows = |sign: char| frame.iter().filter(|row| row.starts_with(sign)).count();
            assert!(rows('●') <= count(2) && rows('!') <= count(3) && rows('✕') <= count(5));
            // The same events give the same frame.
            let mut again = Live::default();
            // Here they are kept for a while, as a painter does.
            let mut notes = Notes::default();
            let told = log.events.iter().filter_map(Told::of);
            told.for_each(|told| notes.push(told));
            notes.drain(|told| again.add(told));
            let size = Size {
                columns: 200,
                rows: 48,
            };
            assert_eq!(super::frame::frame(&again, log.now(), size, false), frame);
        }
    }
}

#[test]
fn lines_beside_a_live_picture_tell_what_went_wrong() {
    let mut log = Log::of(3);
    let (good, bad) = (task("n0"), task("n1"));
    log.starts(&good, 0).ends(&good, OK, 10).starts(&bad, 0);
    log.fails_once(&bad, Duration::ZERO)
        .ends(&bad, NodeState::Failed, 1_500);
    let mut lines = Lines::new(Look::default(), true);
    let told: Vec<_> = log
        .events
        .iter()
        .filter_map(|event| lines.tell(&Told::of(event)?))
        .collect();
    assert_eq!(
        told,
        [
            "run id of my.flow\n",
            "n1 t.work: attempt 0 failed: no luck\n",
            "n1 t.work failed in 1.5 s: it broke\n",
        ]
    );
}

/// Elements of a map that are in the queue of a cluster do not wait for a job here, too.
#[test]
fn what_is_queued_on_a_cluster_is_counted_once() {
    let mut log = Log::of(1);
    let map = node("n0", "t.work", NodeKind::Map);
    log.starts(&map, 2);
    for element in ["n0[0]", "n0[1]"] {
        log.waits(&task(element), WaitReason::Queue);
    }
    assert_eq!((log.live.waiting_for_jobs(), log.live.queued()), (0, 2));
    log.starts(&task("n0[0]"), 0);
    assert_eq!((log.live.waiting_for_jobs(), log.live.queued()), (0, 1));
    // Its next attempt has to wait as the first had to.
    log.waits(&task("n0[0]"), WaitReason::Queue);
    assert_eq!((log.live.waiting_for_jobs(), log.live.queued()), (0, 2));
}
