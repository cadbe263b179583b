//! What a text means, and which texts mean nothing.

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use flyte_runtime::{
    prelude::*,
    types::{
        Bytes, FlyteType, Literal, TypeError, json_from_typed_literal, literal_from_json,
        literal_from_text, text_from_literal,
    },
};
use jiff::{SignedDuration, Timestamp, civil};
use serde_json::{Value as Json, json};

fn read<T: FlyteType>(text: &str) -> Result<T, TypeError> {
    T::from_literal(literal_from_text(text, &T::literal_type())?)
}

fn read_json<T: FlyteType>(json: Json) -> Result<T, TypeError> {
    T::from_literal(literal_from_json(json, &T::literal_type())?)
}

fn printed<T: FlyteType>(value: &T) -> String {
    text_from_literal(&value.to_literal().unwrap(), &T::literal_type()).unwrap()
}

fn printed_json<T: FlyteType>(value: &T) -> Json {
    json_from_typed_literal(&value.to_literal().unwrap(), &T::literal_type()).unwrap()
}

#[track_caller]
fn refused<T: FlyteType + std::fmt::Debug>(text: &str, reason: &str) {
    let message = read::<T>(text).unwrap_err().to_string();
    assert!(message.contains(reason), "{text}: {message}");
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Times {
    at: civil::DateTime,
    on: civil::Date,
    took: Vec<Duration>,
}

#[test]
fn zones_and_offsets_are_honoured_or_refused() {
    let utc = civil::date(2024, 7, 1).at(12, 0, 0, 0);
    let earlier = civil::date(2024, 7, 1).at(6, 30, 0, 0);
    for (text, time) in [
        ("2024-07-01T12:00:00", utc),
        ("2024-07-01 12:00", utc),
        ("2024-07-01T12:00:00Z", utc),
        ("2024-07-01T12:00:00Z[UTC]", utc),
        ("2024-07-01T14:00:00+02:00", utc),
        ("2024-07-01T12:00:00+05:30[+05:30]", earlier),
        ("2024-07-01T12:00:00[+05:30]", earlier),
        ("2024-06-30T12:01:00-23:59", utc),
        ("2024-07-01", civil::date(2024, 7, 1).at(0, 0, 0, 0)),
        (
            "9999-12-30T21:00:00-05:00",
            civil::date(9999, 12, 31).at(2, 0, 0, 0),
        ),
    ] {
        assert_eq!(read::<civil::DateTime>(text), Ok(time), "{text}");
        let list = read_json::<Vec<civil::DateTime>>(json!([text]));
        assert_eq!(list, Ok(vec![time]), "{text}");
        let times = read_json::<Times>(json!({"at": text, "on": "2024-07-01", "took": []}));
        assert_eq!(times.unwrap().at, time, "{text}");
    }
    for (text, reason) in [
        (
            "2024-07-01T12:00:00[Not/AZone]",
            "cannot look up the time zone `Not/AZone`; write the offset",
        ),
        (
            "2024-07-01T12:00:00+02:00[Not/AZone]",
            "cannot look up the time zone",
        ),
        (
            "2024-07-01T12:00:00+05:00[+05:30]",
            "differ; keep one of them",
        ),
        ("2024-07-01T12:00:00+25:00", "is not less than a day"),
        ("2024-07-01T12:00:00[+25:00]", "is not less than a day"),
        ("2024-07-01T12:00:00Z[u-ca=hebrew]", "can be one time zone"),
        (
            "2024-07-01T25:00:00",
            "cannot read \"2024-07-01T25:00:00\" as a datetime",
        ),
        ("soon", "cannot read \"soon\" as a datetime"),
    ] {
        refused::<civil::DateTime>(text, reason);
        refused::<Timestamp>(text, reason);
        refused::<SystemTime>(text, reason);
        let in_struct = json!({"at": text, "on": "2024-07-01", "took": []});
        let message = read_json::<Times>(in_struct).unwrap_err().to_string();
        assert!(message.contains(reason), "{text}: {message}");
    }
    // Not in a program that has the zones.
    let berlin = "2024-07-01T12:00:00[Europe/Berlin]";
    match read::<civil::DateTime>(berlin) {
        Ok(time) => assert_eq!(time, civil::date(2024, 7, 1).at(10, 0, 0, 0)),
        Err(_) => {
            refused::<civil::DateTime>(
                berlin,
                "write the offset from UTC that holds there instead",
            );
        }
    }
}

#[test]
fn a_date_has_no_time() {
    let day = civil::date(2024, 1, 3);
    assert_eq!(read("2024-01-03"), Ok(day));
    // As dates are printed where no type says that they are some.
    assert_eq!(read("2024-01-03T00:00:00+00:00"), Ok(day));
    assert_eq!(printed(&day), "2024-01-03");
    assert_eq!(civil::Date::literal_type().to_string(), "date");
    for text in [
        "2024-01-03T10:00",
        "2024-01-03T23:30:00-05:00",
        "2024-01-03T19:00:00-05:00",
        "2024-01-03T00:00:00[+00:00]",
    ] {
        refused::<civil::Date>(
            text,
            "a date has neither a time nor a zone; write `2024-01-03`",
        );
    }
    let noon = civil::date(2024, 1, 3)
        .at(12, 0, 0, 0)
        .to_literal()
        .unwrap();
    let message = civil::Date::from_literal(noon).unwrap_err().to_string();
    assert!(message.contains("a date has none"), "{message}");
}

#[task]
fn same_day(day: civil::Date) -> civil::Date {
    day
}

#[task]
fn same_time(time: civil::DateTime) -> civil::DateTime {
    time
}

#[test]
fn the_years_are_those_of_the_protobuf() {
    let strict = Runner::local().strict(true);
    let (first, last) = (civil::date(1, 1, 1), civil::date(9999, 12, 31));
    for day in [first, last] {
        assert_eq!(read(&printed(&day)), Ok(day));
        assert_eq!(strict.run(same_day::call(day)).unwrap(), day);
    }
    let end = last.at(23, 59, 59, 999_999_999);
    assert_eq!(printed(&end), "9999-12-31T23:59:59.999999999+00:00");
    assert_eq!(read("9999-12-31T23:59:59.999999999Z"), Ok(end));
    assert_eq!(strict.run(same_time::call(end)).unwrap(), end);
    let system = UNIX_EPOCH + Duration::new(253_402_300_799, 999_999_999);
    assert_eq!(read("9999-12-31T23:59:59.999999999Z"), Ok(system));
    assert_eq!(
        SystemTime::from_literal(system.to_literal().unwrap()),
        Ok(system)
    );
    // The library's own range ends a day before.
    refused::<Timestamp>(
        "9999-12-31T23:59:59.999999999Z",
        "`jiff::civil::DateTime` and `std::time::SystemTime` hold all",
    );
    assert_eq!(read(&printed(&Timestamp::MAX)), Ok(Timestamp::MAX));
    let range = "it goes from the year 1 to the year 9999";
    for text in [
        "0000-12-31",
        "-000001-01-01",
        "+010000-01-01",
        "9999-12-31T23:59:59-00:01",
        "0001-01-01T00:00:00+00:01",
    ] {
        refused::<civil::DateTime>(text, range);
    }
    for day in [civil::date(0, 12, 31), civil::date(-9999, 1, 1)] {
        assert!(
            day.to_literal().unwrap_err().to_string().contains(range),
            "{day}"
        );
        let error = strict.run(same_day::call(day)).unwrap_err().to_string();
        assert!(error.contains(range), "{error}");
    }
    assert!(
        Timestamp::MIN
            .to_literal()
            .unwrap_err()
            .to_string()
            .contains(range)
    );
}

#[test]
fn durations_have_units_or_are_seconds() {
    for (text, seconds, nanos) in [
        ("36h", 129_600, 0),
        ("90s", 90, 0),
        ("1h30m", 5_400, 0),
        ("90", 90, 0),
        ("1.5", 1, 500_000_000),
        ("1.234567891", 1, 234_567_891),
        ("1e3", 1_000, 0),
        ("-1h30m", -5_400, 0),
        ("-1.5", -1, -500_000_000),
        (" 2d ", 172_800, 0),
    ] {
        let duration = SignedDuration::new(seconds, nanos);
        assert_eq!(read(text), Ok(duration), "{text}");
        assert_eq!(read(&printed(&duration)), Ok(duration), "{text}");
    }
    assert_eq!(read_json(json!("1h30m")), Ok(Duration::from_secs(5_400)));
    assert_eq!(
        read_json(json!(1.234567891)),
        Ok(Duration::new(1, 234_567_891))
    );
    for (text, reason) in [
        ("1.5h", "write whole numbers with units"),
        ("90x", "is not a unit of time"),
        ("--5s", "is not a duration"),
        ("", "must not be empty"),
        ("1.2345678912", "finer than nanoseconds"),
        ("NaN", "a finite number of seconds"),
        ("99999999999999999999s", "longer than a duration can be"),
    ] {
        refused::<SignedDuration>(text, reason);
    }
    let message = read_json::<Duration>(json!("90")).unwrap_err().to_string();
    assert_eq!(message, "expected duration, found the string \"90\"");
    // In a struct they are a number of seconds, as flytekit writes them, where one is exactly that many.
    let times = Times {
        at: civil::date(2024, 7, 1).at(0, 0, 0, 0),
        on: civil::date(2024, 7, 1),
        took: vec![Duration::new(1, 234_567_891), Duration::new(86_400_000, 1)],
    };
    assert_eq!(
        printed_json(&times)["took"],
        json!([1.234567891, "1000d1ns"])
    );
    assert_eq!(Times::from_literal(times.to_literal().unwrap()), Ok(times));
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Left {
    a: i64,
    b: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Right {
    c: i64,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Number {
    F(f64),
    I(i64),
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Either {
    Left(Left),
    Right(Right),
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Many {
    Text(String),
    When(Timestamp),
    Count(i64),
    Names(Vec<String>),
    Counts(Vec<i64>),
    Table(BTreeMap<String, i64>),
    Off,
}

#[test]
fn a_union_takes_the_variant_that_a_value_is() {
    let large = 9_007_199_254_740_993;
    assert_eq!(read_json(json!(large)), Ok(Number::I(large)));
    assert_eq!(read("9007199254740993"), Ok(Number::I(large)));
    assert_eq!(read("1.0"), Ok(Number::F(1.0)));
    assert_eq!(read_json(json!({"F": 1})), Ok(Number::F(1.0)));
    assert_eq!(read_json(json!({"float": 1})), Ok(Number::F(1.0)));
    assert_eq!(
        read_json(json!({"a": 1})),
        Ok(Either::Left(Left { a: 1, b: None }))
    );
    assert_eq!(
        read_json(json!({"Right": {"c": 1}})),
        Ok(Either::Right(Right { c: 1 }))
    );
    let text = |text: &str| Ok(Many::Text(text.to_owned()));
    for plain in [
        "hello",
        "a \"b\"",
        "2024-07-01T12:00:00Z",
        "yes",
        "5 apples",
        "",
    ] {
        assert_eq!(read(plain), text(plain));
    }
    assert_eq!(read("\"5\""), text("5"));
    assert_eq!(read("5"), Ok(Many::Count(5)));
    assert_eq!(read("null"), Ok(Many::Off));
    assert_eq!(read("[1]"), Ok(Many::Counts(vec![1])));
    let time = "2024-07-01T12:00:00Z".parse().unwrap();
    assert_eq!(
        printed_json(&Many::When(time)),
        json!({"When": "2024-07-01T12:00:00+00:00"})
    );
    assert_eq!(
        read("{\"When\": \"2024-07-01T12:00:00Z\"}"),
        Ok(Many::When(time))
    );
    // A map that looks like a name is named itself.
    let table = Many::Table(BTreeMap::from([("Count".to_owned(), 1)]));
    assert_eq!(printed_json(&table), json!({"Table": {"Count": 1}}));
    assert_eq!(read_json(json!({"Count": 1})), Ok(Many::Count(1)));
}

#[test]
fn what_could_be_several_variants_is_an_error() {
    let message = |json| read_json::<Many>(json).unwrap_err().to_string();
    assert_eq!(
        message(json!([])),
        "a list could be list of string or list of integer; name the variant: write `{\"Names\": ..}` or `{\"Counts\": ..}`"
    );
    assert_eq!(read_json(json!({"Names": []})), Ok(Many::Names(vec![])));
    let message = read_json::<Either>(json!({"d": 1}))
        .unwrap_err()
        .to_string();
    assert_eq!(
        message,
        "expected Left (`a`, `b`) or Right (`c`), found an object with `d`"
    );
}

/// There are no tags in the fields of structs.
#[test]
fn a_variant_that_a_struct_would_read_as_another_is_refused() {
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    struct Note {
        value: Many,
    }

    let time = "2024-07-01T12:00:00Z".parse().unwrap();
    let message = "at .value: in a struct a union is stored without its variant, and a string of `When` would be read as string; \
                   give the variant a struct of its own, with a field named after it";
    let error = Note {
        value: Many::When(time),
    }
    .to_literal()
    .unwrap_err();
    assert_eq!(error.to_string(), message);
    let error = read_json::<Note>(json!({"value": {"When": "2024-07-01T12:00:00Z"}})).unwrap_err();
    assert_eq!(error.to_string(), message);
    let note = Note {
        value: Many::Count(5),
    };
    assert_eq!(Note::from_literal(note.to_literal().unwrap()), Ok(note));
}

#[test]
fn booleans_are_words() {
    for (text, value) in [
        ("true", true),
        ("True", true),
        ("yes", true),
        ("y", true),
        ("1", true),
        ("false", false),
        ("NO", false),
        ("n", false),
        ("0", false),
    ] {
        assert_eq!(read(text), Ok(value), "{text}");
        assert_eq!(read(text), Ok(Some(value)), "{text}");
    }
    refused::<bool>("maybe", "expected boolean, found the string \"maybe\"");
    assert!(read_json::<bool>(json!("yes")).is_err());
    assert!(read_json::<bool>(json!(1)).is_err());
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
#[serde(rename_all = "camelCase")]
struct Person {
    #[serde(alias = "surname", alias = "family")]
    last_name: String,
    #[serde(default)]
    colour: Option<Colour>,
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
#[serde(rename_all = "kebab-case")]
enum Colour {
    #[serde(alias = "rouge")]
    Red,
    VeryBlue,
}

#[test]
fn other_names_mean_the_same_everywhere() {
    let person = |colour| Person {
        last_name: "L".to_owned(),
        colour,
    };
    assert_eq!(read(r#"{"lastName": "L"}"#), Ok(person(None)));
    for name in ["surname", "family"] {
        let text = format!(r#"{{"{name}": "L", "colour": "rouge"}}"#);
        assert_eq!(read(&text), Ok(person(Some(Colour::Red))), "{name}");
        let people = read::<Vec<Person>>(&format!("[{text}]"));
        assert_eq!(people, Ok(vec![person(Some(Colour::Red))]));
        let literal = json!({name: "L", "colour": "rouge"}).to_literal().unwrap();
        assert_eq!(Person::from_literal(literal), Ok(person(Some(Colour::Red))));
    }
    assert_eq!(read("rouge"), Ok(Colour::Red));
    assert_eq!(read("very-blue"), Ok(Colour::VeryBlue));
    assert_eq!(printed(&Colour::VeryBlue), "very-blue");
    refused::<Person>(
        r#"{"surname": "L", "lastName": "M"}"#,
        "the field `lastName` is there twice",
    );
    refused::<Person>(
        r#"{"last_name": "L"}"#,
        "expected a field of Person (`lastName`, `colour`), found `last_name`",
    );
}

#[test]
fn numbers_and_bytes_have_one_form() {
    refused::<u64>("-1", "it goes from 0 to 9223372036854775807");
    refused::<u64>(
        "18446744073709551615",
        "integers go from -9223372036854775808 to 9223372036854775807",
    );
    let message = u64::MAX.to_literal().unwrap_err().to_string();
    assert!(message.contains("end at 9223372036854775807"), "{message}");
    assert_eq!(read("0x1F"), Ok(31_i64));
    for text in ["NaN", "nan", ".nan"] {
        assert!(read::<f64>(text).unwrap().is_nan(), "{text}");
    }
    assert_eq!(
        read_json(json!(["NaN", "-inf", "Infinity"])).map(|list: Vec<f64>| format!("{list:?}")),
        Ok("[NaN, -inf, inf]".to_owned())
    );
    let bytes = Bytes(vec![1, 2, 3]);
    assert_eq!(printed(&bytes), "AQID");
    assert_eq!(read("AQID"), Ok(bytes.clone()));
    assert_eq!(read_json(json!("AQID")), Ok(bytes));
    refused::<Bytes>("AQI", "expected bytes as base64");
}

#[test]
fn nothing_is_null_and_the_text_null_is_in_quotes() {
    assert_eq!(printed(&None::<String>), "null");
    assert_eq!(read("null"), Ok(None::<String>));
    let null = Some("null".to_owned());
    assert_eq!(printed(&null), "\"null\"");
    assert_eq!(read("\"null\""), Ok(null));
    assert_eq!(read("null"), Ok("null".to_owned()));
    assert_eq!(read_json(json!({"Some": null})), Ok(Some(None::<i64>)));
    assert_eq!(Option::<String>::from_literal(Literal::NONE), Ok(None));
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
enum Named {
    Int(i64),
    For(Duration),
    When(Timestamp),
    Text(String),
}

/// Also on the command line, where a text needs no quotes: a mistake would become a text in silence.
#[test]
fn a_named_variant_is_that_one_or_an_error() {
    for (text, reason) in [
        (
            r#"{"Int":"abc"}"#,
            "at .Int: expected integer, found the string \"abc\"",
        ),
        (
            r#"{"For":"1 h"}"#,
            "at .For: cannot read \"1 h\" as a duration",
        ),
        (
            r#"{"When":"yesterday"}"#,
            "at .When: cannot read \"yesterday\" as a datetime",
        ),
        (
            r#"{"int":1.5}"#,
            "at .Int: expected integer, found the number 1.5",
        ),
        (
            r#"{"Flx":1}"#,
            "expected an object with the name of a variant (`Int`, `For`, `When`, `Text`), found one with `Flx`",
        ),
        (
            r#"{"Int":1,"Text":"a"}"#,
            "found an object with `Int`, `Text`",
        ),
        (r#"{"Int":1,"Int":2}"#, "the key `Int` is there twice"),
        ("{}", "found an object without fields"),
    ] {
        refused::<Named>(text, reason);
        refused::<Option<Named>>(text, reason);
        if let Ok(json) = serde_json::from_str::<Json>(text)
            && !reason.contains("twice")
        {
            let message = read_json::<Named>(json).unwrap_err().to_string();
            assert!(message.contains(reason), "{text}: {message}");
            let quoted = serde_json::to_string(text).unwrap();
            refused::<Named>(text, &format!("has to be in quotes, as JSON: `{quoted}`"));
            let read = read::<Named>(&quoted);
            assert_eq!(read, Ok(Named::Text(text.to_owned())));
            assert_eq!(printed(&Named::Text(text.to_owned())), quoted);
        }
    }
    // What is not an object is a text, and there it can be nothing else.
    for text in ["{a}", "{\"Int\":", "[1]", "a {\"Int\": 1}"] {
        assert_eq!(read(text), Ok(Named::Text(text.to_owned())));
        assert_eq!(read(text), Ok(Some(text.to_owned())));
    }
    for text in [
        r#"{"a": 1}"#,
        "{}",
        r#"{"a": 1, "a": 2}"#,
        r#"{"Some": 1, "b": 2}"#,
    ] {
        assert_eq!(read(text), Ok(text.to_owned()));
        assert_eq!(read(text), Ok(Some(text.to_owned())));
    }
    assert_eq!(read(r#"{"Some": "a"}"#), Ok(Some("a".to_owned())));
    refused::<Option<String>>(
        r#"{"Some": 1}"#,
        "expected string, found the number 1; a text that is a JSON object has to be in quotes",
    );
    // A map does not take over what the name of a variant claims.
    #[derive(Clone, Debug, PartialEq, FlyteType)]
    enum Tables {
        Count(i64),
        Table(BTreeMap<String, String>),
    }
    let table = Tables::Table(BTreeMap::from([("Count".to_owned(), "a".to_owned())]));
    assert_eq!(read(&printed(&table)), Ok(table));
    refused::<Tables>(r#"{"Count": "a"}"#, "at .Count: expected integer");
}

#[test]
fn nothing_is_lost_in_silence() {
    for text in [r#"{"01":1,"1":2}"#, r#"{"1":1,"2":3,"+1":2}"#] {
        refused::<BTreeMap<i64, f64>>(text, "the key `1` is there twice");
        refused::<std::collections::HashMap<i64, f64>>(text, "the key `1` is there twice");
    }
    let other_order = read::<BTreeMap<i64, f64>>(r#"{"2":1,"10":2,"1":3}"#);
    assert_eq!(other_order.unwrap().len(), 3);

    let reason = "99999999999999999999 does not fit a whole number without a declared type: these go from -9223372036854775808 to \
                  18446744073709551615; write it with an exponent to have it rounded, or in quotes";
    refused::<Json>("99999999999999999999", reason);
    refused::<Json>(r#"{"a \"1\"": [1.5, 99999999999999999999]}"#, reason);
    refused::<Json>(
        &format!("-{}", "9".repeat(45)),
        "does not fit a whole number",
    );
    assert_eq!(read("1e20"), Ok(json!(1e20)));
    assert_eq!(read("18446744073709551615"), Ok(json!(u64::MAX)));
    let integers = "integers go from -9223372036854775808 to 9223372036854775807";
    refused::<Vec<i64>>("[99999999999999999999]", integers);
    refused::<Vec<i64>>(&format!("[{}]", "9".repeat(45)), integers);
    refused::<i64>(&"9".repeat(45), integers);
    assert_eq!(read("[99999999999999999999]"), Ok(vec![1e20]));
    assert_eq!(read(&format!("[1{}]", "0".repeat(45))), Ok(vec![1e45]));
    refused::<Vec<f64>>(&format!("[1{}]", "0".repeat(400)), "floats go from -1.79");

    for text in ["-0", "-0.0", " -0 "] {
        let zero = read::<f64>(text).unwrap();
        assert!(zero == 0.0 && zero.is_sign_negative(), "{text}");
    }
    assert!(read::<Vec<f64>>("[-0]").unwrap()[0].is_sign_negative());
    assert!(read::<f64>("0").unwrap().is_sign_positive());
    assert_eq!(read("-0"), Ok(0_i64));

    for text in [
        "2024-06-30T23:59:60Z",
        "2024-06-30 23:59:60.5",
        "20240630T235960+02:00",
        "2024-06-30T23:59:60[UTC]",
    ] {
        refused::<Timestamp>(text, "neither Flyte nor Python has leap seconds");
        refused::<civil::DateTime>(text, "write the second before, `:59`");
    }
    assert!(read::<Timestamp>("2024-06-30T23:59:06+00:00").is_ok());
}

#[test]
fn durations_have_a_range() {
    let range = "go from -9223372036854775808 s to 9223372036854775807 s";
    for text in ["1e30", "9e15", "-1e30"] {
        refused::<SignedDuration>(text, "read as seconds from -9e15 to 9e15");
        refused::<SignedDuration>(text, range);
    }
    for text in ["NaN", "inf", "-inf"] {
        refused::<SignedDuration>(text, "a finite number of seconds");
    }
    refused::<SignedDuration>("9223372036854775808", range);
    for text in [
        "[99999999999999999999]".to_owned(),
        format!("[{}]", "9".repeat(45)),
    ] {
        refused::<Vec<SignedDuration>>(&text, range);
    }
    let longest = read::<SignedDuration>("9223372036854775807");
    assert_eq!(longest, Ok(SignedDuration::from_secs(i64::MAX)));
}

#[test]
fn times_that_are_none_say_what_to_write() {
    for (text, reason) in [
        (
            "1719835200",
            "a number is not a datetime; if it counts the seconds since 1970, write `2024-07-01T12:00:00+00:00`",
        ),
        ("1719835200.5", "write `2024-07-01T12:00:00+00:00`"),
        (
            "99999999999999",
            "a number is not a datetime; write it as in `2024-07-01T12:00:00Z`",
        ),
        (
            "now",
            "cannot read \"now\" as a datetime: it is not a datetime; write it as in `2024-07-01T12:00:00Z`",
        ),
        ("2024-13-01", "write it as in `2024-07-01T12:00:00Z`"),
    ] {
        refused::<Timestamp>(text, reason);
    }
    refused::<civil::Date>("1719835200", "write `2024-07-01`");
    refused::<civil::Date>("today", "it is not a date; write it as in `2024-07-01`");
    refused::<civil::Date>(
        "+010000-01-01",
        "does not fit a date: it goes from the year 1",
    );
    refused::<civil::Date>("0000-01-01", "does not fit a date: it goes from the year 1");
    let error = civil::date(0, 1, 1).to_literal().unwrap_err().to_string();
    assert!(error.contains("does not fit a date:"), "{error}");
    let error = read_json::<Timestamp>(json!(1_719_835_200)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected a datetime such as `\"2024-07-01T12:00:00Z\"`, found the number 1719835200"
    );
}

#[test]
fn floats_that_json_has_no_form_for_say_theirs() {
    let names = "write `\"NaN\"`, `\"inf\"` or `\"-inf\"`, in quotes";
    for text in [
        "[NaN]",
        "[nan]",
        "[1,\n Infinity]",
        "[-inf]",
        "[0.5, inf]",
        "[\"é\", NaN]",
    ] {
        refused::<Vec<f64>>(text, names);
    }
    refused::<Vec<f64>>("[1e400]", "floats go from -1.7976931348623157e308 to 1.79");
    let message = read::<Vec<f64>>("[x]").unwrap_err().to_string();
    assert!(!message.contains("NaN"), "{message}");
}

#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Inner {
    x: i64,
    on: Option<civil::Date>,
}

/// With more fields than most structs have.
#[derive(Clone, Debug, PartialEq, FlyteType)]
struct Wide {
    mean: f64,
    flags: Vec<bool>,
    counts: BTreeMap<String, Vec<i64>>,
    inner: Vec<Inner>,
    f01: i64,
    f02: i64,
    f03: i64,
    f04: i64,
    f05: i64,
    f06: i64,
    f07: i64,
    f08: i64,
    f09: i64,
    f10: i64,
    f11: i64,
    f12: i64,
    f13: i64,
    f14: i64,
    f15: i64,
    f16: i64,
}

#[test]
fn a_struct_has_the_bytes_that_the_program_gives_it_in_whatever_order_it_is_written() {
    let on = civil::date(2024, 7, 1);
    let wide = Wide {
        mean: 3.0,
        flags: vec![true, false],
        counts: BTreeMap::from([
            ("a".to_owned(), vec![-1, 300]),
            ("b".to_owned(), Vec::new()),
        ]),
        inner: vec![Inner { x: 1, on: Some(on) }, Inner { x: 2, on: None }],
        f01: 1,
        f02: 2,
        f03: 3,
        f04: 4,
        f05: 5,
        f06: 6,
        f07: 7,
        f08: 8,
        f09: 9,
        f10: 10,
        f11: 11,
        f12: 12,
        f13: 13,
        f14: 14,
        f15: 15,
        f16: 16,
    };
    let numbers = r#""f16": 16, "f15": 15, "f14": 14, "f13": 13, "f12": 12, "f11": 11, "f10": 10, "f09": 9, "f08": 8, "f07": 7, "f06": 6, "f05": 5, "f04": 4, "f03": 3, "f02": 2, "f01": 1"#;
    let inner = r#"[{"on": "2024-07-01", "x": 1}, {"on": null, "x": 2}]"#;
    for counts in [
        r#"{"a": [-1, 300], "b": []}"#,
        r#"{"b": [], "a": [-1, 300]}"#,
    ] {
        let text = format!(
            r#"{{{numbers}, "inner": {inner}, "counts": {counts}, "flags": [true, false], "mean": 3}}"#
        );
        let literal = literal_from_text(&text, &Wide::literal_type());
        assert_eq!(literal, wide.to_literal(), "{text}");
    }
    refused::<Wide>(r#"{"inner": [{"x": 1}, {"x": "a"}]}"#, ".inner[1].x");
    refused::<Wide>(r#"{"counts": {"b": [1, null]}}"#, ".counts[\"b\"][1]");
    refused::<Wide>(r#"{"f03": 1e99}"#, ".f03");
    refused::<Wide>(r#"{"f03": 9223372036854775808}"#, "integers go from");
}
