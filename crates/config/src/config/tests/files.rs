//! Which file is read, and which values it gives.

use super::*;

/// A file as `flytectl config init` and `flytectl demo start` write them.
const FLYTECTL: &str = "\
admin:
  # For GRPC endpoints you might want to use dns:///flyte.myexample.com
  endpoint: dns:///localhost:30080
  authType: Pkce
  insecure: true
console:
  endpoint: http://localhost:30080
logger:
  show-source: true
  level: 0
storage:
  type: minio
  connection:
    endpoint: http://localhost:30002
    access-key: minio
    secret-key: miniostorage
  container: flyte
task:
  project: 'my project'
images:
  default: ghcr.io/flyteorg/flytecookbook:core-with-sklearn
  spark: ghcr.io/flyteorg/spark
";

#[test]
fn flytectls_file_is_read_with_line_and_column() {
    let config = from_file("config.yaml", FLYTECTL).unwrap();
    assert_eq!(config.platform.endpoint, "localhost:30080");
    assert!(*config.platform.insecure);
    assert_eq!(
        config.platform.console_endpoint.as_deref(),
        Some("http://localhost:30080")
    );
    assert_eq!(
        config.data.s3.endpoint.as_deref(),
        Some("http://localhost:30002")
    );
    assert_eq!(
        config.data.s3.secret_access_key.as_ref().unwrap().expose(),
        "miniostorage"
    );
    assert_eq!(config.task.project, "my project");
    let images: Vec<_> = config
        .images
        .iter()
        .map(|(name, image)| (name.as_str(), image.as_str()))
        .collect();
    assert_eq!(
        images,
        [
            (
                "default",
                "ghcr.io/flyteorg/flytecookbook:core-with-sklearn"
            ),
            ("spark", "ghcr.io/flyteorg/spark")
        ]
    );

    let Some(Origin::File {
        path,
        line,
        column,
        key,
    }) = config.origin("platform.endpoint")
    else {
        panic!("the endpoint comes from the file");
    };
    assert_eq!(
        (path.as_ref(), line, column, key.as_str()),
        (config.file().unwrap(), 3, 13, "admin.endpoint")
    );
    assert_eq!(config.origin("data.s3.retries"), Some(Origin::Default));
}

#[test]
fn lists_are_sequences_or_texts_with_commas() {
    let config = from_file(
        "c.yml",
        "admin:\n  command: [print-token, --quiet]\n  scopes: a,b\n",
    )
    .unwrap();
    assert_eq!(*config.platform.command, ["print-token", "--quiet"]);
    assert_eq!(*config.platform.scopes, ["a", "b"]);
}

#[test]
fn the_environment_wins_over_the_file() {
    let dir = Dir::new();
    let path = dir.write("config.yaml", FLYTECTL);
    let env = Environment::empty().with_var("FLYTE_PLATFORM_URL", "elsewhere");
    let config = Config::loader().environment(env).file(path).load().unwrap();
    assert_eq!(config.platform.endpoint, "elsewhere");
    assert!(
        *config.platform.insecure,
        "what the environment does not say is the file's"
    );
}

#[test]
fn the_older_ini_form_is_read() {
    let text = "\
[platform]
url = dns:///flyte.example.com
Insecure: yes
# a comment
[credentials]
scopes = all,
    offline
client_id = 100%%
[statsd]
host = metrics
[images]
spark=ghcr.io/spark:v1
[DEFAULT]
endpoint = http://minio
[aws]
retries = 4
";
    let config = from_file("flytekit.config", text).unwrap();
    assert_eq!(config.platform.endpoint, "flyte.example.com");
    assert!(*config.platform.insecure);
    assert_eq!(*config.platform.scopes, ["all", "offline"]);
    assert_eq!(config.platform.client_id.as_deref(), Some("100%"));
    assert_eq!(config.stats.host, "metrics");
    assert_eq!(config.data.s3.retries, 4);
    assert_eq!(
        config.data.s3.endpoint.as_deref(),
        Some("http://minio"),
        "[DEFAULT] holds for every section"
    );
    assert_eq!(config.images[0].0, "spark");
    let origin = config.origin("platform.insecure").unwrap().to_string();
    assert!(
        origin.starts_with("[platform] insecure at ") && origin.ends_with("flytekit.config:3:1"),
        "{origin}"
    );
}

#[test]
fn files_are_looked_for_in_flytekits_order() {
    let dir = Dir::new();
    let named = |name: &str| format!("admin: {{endpoint: {name}}}\n");
    let ini = |name: &str| format!("[platform]\nurl = {name}\n");
    let overridden = dir.write("override.yaml", &named("override"));
    let variable = dir.write("variable.yaml", &named("variable"));
    let current = dir.write("here/flytekit.config", &ini("current"));
    let home_ini = dir.write("home/.flyte/config", &ini("home-ini"));
    let home_yaml = dir.write("home/.flyte/config.yaml", &named("home-yaml"));
    let env = Environment::empty()
        .with_current_dir(dir.0.join("here"))
        .with_home(dir.0.join("home"))
        .with_var(
            "_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE",
            overridden.to_str().unwrap(),
        );
    let both = env.clone().with_var("FLYTECTL_CONFIG", "../variable.yaml");
    let endpoint = |env: &Environment| {
        Config::loader()
            .environment(env.clone())
            .load()
            .unwrap()
            .platform
            .endpoint
            .into_value()
    };

    assert_eq!(endpoint(&both), "override");
    let both = both.with_var(
        "_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE",
        variable.to_str().unwrap(),
    );
    assert_eq!(endpoint(&both), "variable");
    let env = env.with_var("_FLYTECTL_CONFIG_PYFLYTE_OVERRIDE", "");
    for (file, expected) in [
        (current, "current"),
        (home_ini, "home-ini"),
        (home_yaml, "home-yaml"),
    ] {
        assert_eq!(endpoint(&env), expected);
        fs::remove_file(file).unwrap();
    }
    assert_eq!(endpoint(&env), "localhost:30080");
}

#[test]
fn the_variables_and_the_file_of_unions_tools_come_after_those_of_flytectl() {
    let named = |name: &str| format!("admin:\n  endpoint: {name}\n");
    let dir = Dir::new();
    dir.write("a.yaml", &named("a"));
    dir.write("b.yaml", &named("b"));
    dir.write(".union/config.yaml", &named("union-home"));
    let mut env = Environment::empty()
        .with_current_dir(&dir.0)
        .with_home(&dir.0);
    let load = |env: &Environment| Config::loader().environment(env.clone()).load().unwrap();
    assert_eq!(load(&env).platform.endpoint, "union-home");
    for name in ["UCTL_CONFIG", "UNIONAI_CONFIG", "UNION_CONFIG"] {
        let own = env.clone().with_var(name, "a.yaml");
        assert_eq!(load(&own).platform.endpoint, "a", "{name}");
        env = env.with_var(name, "b.yaml");
    }
    let own = env.with_var("FLYTECTL_CONFIG", "a.yaml");
    assert_eq!(load(&own).platform.endpoint, "a");
}

#[test]
fn a_relative_name_starts_from_the_current_directory() {
    let dir = Dir::new();
    dir.write("config.yaml", FLYTECTL);
    let env = Environment::empty()
        .with_current_dir(&dir.0)
        .with_var("FLYTECTL_CONFIG", "config.yaml");
    assert_eq!(
        Config::loader()
            .environment(env.clone())
            .load()
            .unwrap()
            .task
            .project,
        "my project"
    );
    let named = Config::loader()
        .environment(env.clone())
        .file("config.yaml")
        .load()
        .unwrap();
    assert_eq!(named.task.project, "my project");
    assert_eq!(
        Config::loader()
            .environment(env)
            .no_file()
            .load()
            .unwrap()
            .task
            .project,
        "flytesnacks"
    );
}

#[test]
fn a_variable_that_names_a_missing_file_is_passed_over_with_a_notice() {
    let dir = Dir::new();
    dir.write(".flyte/config.yaml", FLYTECTL);
    let env = Environment::empty()
        .with_home(&dir.0)
        .with_var("FLYTECTL_CONFIG", "/nowhere/config.yaml");
    let config = Config::loader().environment(env).load().unwrap();
    assert_eq!(config.task.project, "my project");
    assert_eq!(
        config.notices(),
        ["FLYTECTL_CONFIG names /nowhere/config.yaml, which does not exist; passed over"]
    );
}

#[test]
fn a_file_that_is_asked_for_must_exist() {
    let missing = Config::loader()
        .environment(Environment::empty())
        .file("/nowhere/config.yaml")
        .load();
    assert_eq!(
        message(missing),
        "cannot read the config file /nowhere/config.yaml; name a file that exists and is readable"
    );
}

#[test]
fn mistakes_in_yaml_have_their_place() {
    for (text, expected) in [
        (
            "admin:\n  endpoint: [a, b\n",
            "c.yaml:3:1: this is not YAML: ",
        ),
        ("admin:\n\tendpoint: a\n", "c.yaml:2:2: this is not YAML: "),
        (
            "a: 1\nb: 2\na: 3\n",
            "c.yaml:3:1: the key `a` is there twice; keep one of them",
        ),
        ("? [a]\n: 1\n", "c.yaml:1:3: a key must be a single word"),
        (
            "a: 1\n---\nb: 1\n",
            "c.yaml:3:1: a second document begins here",
        ),
        (
            "a: &a {b: *a}\n",
            "c.yaml:1:11: this alias stands inside what it names",
        ),
        (
            "<<: 3\n",
            "c.yaml:1:5: `<<` takes a mapping, found a single value",
        ),
        (
            "admin:\n  endpoint: {a: b}\n",
            "platform.endpoint from admin.endpoint at c.yaml:2:13 is a mapping; ",
        ),
        (
            "admin:\n  endpoint: [a]\n",
            "platform.endpoint from admin.endpoint at c.yaml:2:13 is a list; write one text",
        ),
        ("admin: here\n", "c.yaml:1:8: `admin` is a single value; "),
        (
            "admin:\n  insecure: perhaps\n",
            "platform.insecure from admin.insecure at c.yaml:2:13 is \"perhaps\"; ",
        ),
        (
            "images: [a]\n",
            "images from images at c.yaml:1:9 is a list; write `name: registry/image:tag` lines",
        ),
    ] {
        let error = message(from_file("c.yaml", text));
        assert!(
            error.starts_with(expected),
            "{text:?}\n  gives    {error}\n  expected {expected}"
        );
    }
}

#[test]
fn hostile_yaml_ends() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
    }
    assert!(message(from_file("c.yaml", &bomb)).contains("a configuration has fewer"));
    assert!(
        message(from_file("c.yaml", &("[".repeat(100) + &"]".repeat(100))))
            .contains("nested deeper than 64")
    );
}

#[test]
fn aliases_merges_and_nothing_are_understood() {
    let text = "\
base: &base {endpoint: shared, insecure: true}
admin:
  <<: *base
  endpoint: own
  clientId: ~
  audience:
  scopes: []
console: null
task: &empty
";
    let config = from_file("c.yaml", text).unwrap();
    assert_eq!(config.platform.endpoint, "own");
    assert!(*config.platform.insecure);
    assert_eq!(*config.platform.client_id, None);
    assert_eq!(*config.platform.audience, None);
    assert_eq!(config.origin("platform.scopes"), Some(Origin::Default));
    assert_eq!(
        from_file("c.yaml", "").unwrap().platform,
        PlatformConfig::default()
    );
}

#[test]
fn mistakes_in_ini_have_their_place() {
    for (text, expected) in [
        (
            "url = x\n",
            "f.config:1:1: there is no section above this line; write `[platform]`",
        ),
        (
            "admin:\n  endpoint: x\n",
            "f.config:1:1: there is no section above this line",
        ),
        (
            "[platform\n",
            "f.config:1:1: a section begins with `[` and ends with `]`",
        ),
        (
            "[platform]\nurl\n",
            "f.config:2:1: this line has no value; write `name = value`",
        ),
        (
            "[a]\nx = 1\nX = 2\n",
            "f.config:3:1: the option `x` is in [a] twice",
        ),
        ("[a]\n[a]\n", "f.config:2:1: the section [a] is there twice"),
        (
            "[internal]\n",
            "f.config:1:1: the section [internal] belongs to the platform; remove it",
        ),
        (
            "[a]\nx = %(y)s\n",
            "f.config:2:1: references such as `%(name)s` are not read here",
        ),
        (
            "[platform]\ninsecure = perhaps\n",
            "platform.insecure from [platform] insecure at f.config:2:1 is",
        ),
    ] {
        let error = message(from_file("f.config", text));
        assert!(
            error.starts_with(expected),
            "{text:?}\n  gives    {error}\n  expected {expected}"
        );
    }
}

#[test]
fn a_key_that_nothing_reads_is_told_with_the_nearest_one() {
    let config = from_file(
        "config.yaml",
        "admin:\n  endpont: dns:///a\n  maxRetries: 3\n  wholly: other\nstorage:\n  type: s3\n  connection:\n    \
         acces-key: a\n\
         logger:\n  level: 0\nimages:\n  mine: a/b:c\nconsol:\n  endpoint: a\n",
    )
    .unwrap();
    let notices: Vec<&str> = config
        .notices()
        .iter()
        .map(|notice| notice.rsplit('/').next().unwrap())
        .collect();
    assert_eq!(
        notices,
        [
            "config.yaml:2:12: nothing reads the key `admin.endpont`; did you mean `admin.endpoint`?",
            "config.yaml:4:11: nothing reads the key `admin.wholly`; remove it, or look up how it is written",
            "config.yaml:8:16: nothing reads the key `storage.connection.acces-key`; did you mean \
             `storage.connection.access-key`?",
            "config.yaml:14:3: nothing reads the key `consol`; did you mean `console`?",
        ]
    );
    let config = from_file(
        "config",
        "[platform]\nurll = a\n[credential]\nclient_id = b\n[mine]\na = b\n[images]\nx = y\n",
    )
    .unwrap();
    let notices = config.notices();
    assert_eq!(notices.len(), 2, "{notices:?}");
    assert!(
        notices[0]
            .ends_with("config:2:1: nothing reads the key `[platform] urll`; did you mean `url`?")
    );
    assert!(notices[1].ends_with(
        "config:4:1: nothing reads the key `[credential] client_id`; did you mean `[credentials]`?"
    ));
}

#[test]
fn a_section_that_is_none_is_told_with_its_place() {
    assert_eq!(
        message(from_file("config.yaml", "admin: 3\n")),
        "config.yaml:1:8: `admin` is a single value; write its keys on lines of their own below it, such as \
         `admin.endpoint`"
    );
    assert_eq!(
        message(from_file("config.yaml", "# mine\n- admin\n- console\n")),
        "config.yaml:2:1: the file is a list; write sections with keys below them, such as `admin:` and `endpoint: ..` \
         below it"
    );
}
