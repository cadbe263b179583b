#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use super::statsd::render;
use super::*;

fn server() -> (std::net::UdpSocket, u16) {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    socket
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

fn receive(socket: &std::net::UdpSocket) -> String {
    let mut buffer = [0; 512];
    let length = socket.recv(&mut buffer).unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

#[test]
fn metrics_reach_a_statsd_server() {
    let (socket, port) = server();
    let config = StatsConfig::default().port(port);
    let stats = Stats::from_config(&config, "Project.Domain.My_Task").tagged("team", "ml");
    stats.incr("rows");
    stats.decr_by("rows", 3);
    stats.gauge("queue", 2.5);
    stats.timing("load", Duration::from_micros(1500));
    stats.set("users", "ada");
    assert_eq!(
        receive(&socket),
        "project.domain.my_task.rows.__team=ml:1|c"
    );
    assert_eq!(
        receive(&socket),
        "project.domain.my_task.rows.__team=ml:-3|c"
    );
    assert_eq!(
        receive(&socket),
        "project.domain.my_task.queue.__team=ml:2.5|g"
    );
    assert_eq!(
        receive(&socket),
        "project.domain.my_task.load.__team=ml:1.500000|ms"
    );
    assert_eq!(
        receive(&socket),
        "project.domain.my_task.users.__team=ml:ada|s"
    );
}

#[test]
fn tags_and_metrics_can_be_turned_off() {
    let (socket, port) = server();
    let off = StatsConfig::default().port(port).disabled(true);
    Stats::from_config(&off, "p").incr("unseen");
    let untagged = StatsConfig::default().port(port).disabled_tags(true);
    Stats::from_config(&untagged, "p")
        .tagged("team", "ml")
        .incr("seen");
    assert_eq!(
        receive(&socket),
        "p.seen:1|c",
        "the disabled one sent nothing before"
    );
}

#[test]
fn a_server_that_is_not_there_costs_nothing() {
    // Nobody listens: the system refuses or swallows the datagrams.
    let (socket, port) = server();
    drop(socket);
    let stats = Stats::new(StatsdSink::new("127.0.0.1", port));
    for _ in 0..1000 {
        stats.incr("lost");
    }
    // An address that cannot be sent to.
    let nowhere = StatsdSink::new("::ffff:999", 0);
    Stats::new(nowhere).incr("lost");
    let refused = StatsdSink::new("255.255.255.255", 9);
    Stats::new(refused.clone()).incr("lost");
    assert_eq!(refused.dropped(), 1);
}

#[test]
fn threads_share_one_sink() {
    let (socket, port) = server();
    let stats = Stats::new(StatsdSink::new("127.0.0.1", port));
    thread_each(8, |_| stats.incr("hits"));
    for _ in 0..8 {
        assert_eq!(receive(&socket), "hits:1|c");
    }
}

fn thread_each(count: usize, run: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for index in 0..count {
            let run = &run;
            scope.spawn(move || run(index));
        }
    });
}

#[test]
fn names_and_tags_cannot_break_out_of_their_place() {
    let text = |name: &str, tags: &[(&str, &str)], value: MetricValue| {
        let tags = tags
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        render(&Metric {
            name: name.to_owned(),
            value,
            tags: Arc::new(tags),
        })
    };
    let one = MetricValue::Count(1);
    assert_eq!(
        text("a", &[("b", "x.y:z|w"), ("a", "1")], one.clone()),
        "a.__a=1.__b=x_y_z_w:1|c",
        "sorted by key"
    );
    assert_eq!(
        text("a", &[("b", ""), ("c", "d")], one.clone()),
        "a.__c=d:1|c",
        "empty values say nothing"
    );
    assert_eq!(
        text("a", &[("b", "1"), ("ü", "2")], one.clone()),
        "a:1|c",
        "no tags if a key is not ASCII"
    );
    assert_eq!(text("a:5|c\nb@1", &[], one), "a_5_c_b_1:1|c");
    assert_eq!(
        text("a", &[], MetricValue::Unique("x|y\n".to_owned())),
        "a:x_y_|s"
    );
    assert_eq!(
        text("a", &[], MetricValue::Gauge(-2.0)),
        "a:0|g\na:-2|g",
        "a sign alone would be a change"
    );
    assert_eq!(text("a", &[], MetricValue::Gauge(3.0)), "a:3|g");
}

#[test]
fn scopes_and_tags_add_up_without_changing_the_original() {
    let recording = RecordingStats::new();
    let stats = Stats::new(recording.clone());
    let inner = stats
        .scope("a")
        .scope("b")
        .tagged("k", "1")
        .tagged("k", "2");
    stats.incr("top");
    inner.incr("deep");
    inner.scope("").decr("deep");
    assert_eq!((stats.prefix(), inner.prefix()), ("", "a.b"));
    let names: Vec<_> = recording
        .metrics()
        .into_iter()
        .map(|metric| (metric.name, metric.tags.len()))
        .collect();
    let expected = [("top", 0), ("a.b.deep", 1), ("a.b.deep", 1)];
    assert_eq!(names, expected.map(|(name, tags)| (name.to_owned(), tags)));
    assert_eq!(inner.tags().get("k").map(String::as_str), Some("2"));
    assert_eq!(recording.counter("a.b.deep"), 0);
}

#[test]
fn a_recording_answers_what_was_sent() {
    let recording = RecordingStats::new();
    let stats = Stats::new(recording.clone());
    thread_each(4, |index| stats.incr_by("count", index as i64));
    stats.gauge("level", 1.0);
    stats.gauge("level", 2.0);
    stats.set("seen", "a");
    stats.set("seen", "a");
    assert_eq!(recording.counter("count"), 6);
    assert_eq!(recording.gauge("level"), Some(2.0));
    assert_eq!(recording.seen("seen"), ["a", "a"]);
    assert_eq!(
        (recording.counter("level"), recording.gauge("count")),
        (0, None),
        "each kind by itself"
    );
    assert!(recording.timings("nothing").is_empty());
}

#[test]
fn a_timer_measures_until_it_goes() {
    let recording = RecordingStats::new();
    let stats = Stats::new(recording.clone());
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _timer = stats.timer("work");
        std::thread::sleep(Duration::from_millis(5));
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(result.is_err());
    stats.timer("work").stop();
    let timings = recording.timings("work");
    assert_eq!(timings.len(), 2);
    assert!(timings[0] >= Duration::from_millis(5));
}
