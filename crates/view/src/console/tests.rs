use super::{assets, reachable};

/// Every file that a module of the console imports is one that the console serves.
#[test]
fn what_is_imported_is_served() {
    let mut found = 0;
    for name in [
        "console.js",
        "live.js",
        "list.js",
        "form.js",
        "gates.js",
        "connection.js",
        "parts.js",
        "main.js",
    ] {
        let module = assets::find(name).unwrap_or_else(|| panic!("{name} is not served"));
        for line in module.text.lines() {
            if let Some((_, file)) = line.split_once("from \"./") {
                let file = file.trim_end_matches("\";");
                assert!(assets::find(file).is_some(), "{name} imports {file}");
                found += 1;
            }
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn a_name_that_is_not_in_the_list_is_no_file() {
    for name in [
        "",
        "mod.rs",
        "../mod.rs",
        "console.html",
        "words.js/",
        "WORDS.js",
        "%2e%2e",
    ] {
        assert!(assets::find(name).is_none(), "{name}");
    }
}

#[test]
fn the_title_is_text() {
    let shell = assets::shell("<script>", "1.a");
    assert!(!shell.contains("<script>"), "{shell}");
    assert!(shell.contains("content=\"1.a\""), "{shell}");
}

/// No browser can open `0.0.0.0` of another machine.
#[test]
fn the_address_to_open_is_one_of_a_machine() {
    let own = "127.0.0.1:4411".parse().expect("it is an address");
    assert_eq!(reachable(own), own);
    for any in ["0.0.0.0:4411", "[::]:4411"] {
        let any: std::net::SocketAddr = any.parse().expect("it is an address");
        let found = reachable(any);
        assert!(!found.ip().is_unspecified(), "{found}");
        assert_eq!((found.is_ipv4(), found.port()), (any.is_ipv4(), 4411));
    }
}
