//! Values as text: what people type at a prompt, and what other programs write into files.

use serde_json::Value as Json;

use super::{LiteralType, TypeError, TypeInfo, Value, json_from_literal, literal_from_json};

/// The value that a text means: strings are written as they are, everything else as JSON.
pub(crate) fn value_from_text(text: &str, info: &TypeInfo) -> Result<Value, TypeError> {
    let expected = info.literal_type();
    let is_text = match &expected {
        LiteralType::String => true,
        // `null` is nothing where there may be nothing, and anything else is a text.
        LiteralType::Union(variants) => {
            text != "null"
                && variants
                    .iter()
                    .any(|variant| variant.literal_type == LiteralType::String)
        }
        _ => false,
    };
    let json = match serde_json::from_str(text) {
        Ok(json) if !is_text => json,
        // What is no JSON is refused with the text, which says more than where it stops to be JSON.
        _ => Json::from(text),
    };
    info.from_literal(literal_from_json(json, &expected)?)
}

/// The text that means a value; nothing is the empty text.
pub(crate) fn text_from_value(value: &Value, info: &TypeInfo) -> Result<String, TypeError> {
    Ok(match json_from_literal(&info.to_literal(value)?)? {
        Json::Null => String::new(),
        Json::String(text) => text,
        json => json.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_what_is_written_and_everything_else_is_json() {
        let read = |text: &str| value_from_text(text, &TypeInfo::of::<String>());
        for text in ["3", "\"a\"", "null", "", " a "] {
            let value = read(text).expect("every text is a string");
            assert_eq!(value.downcast_ref::<String>().expect("a string"), text);
        }
        let info = TypeInfo::of::<Option<String>>();
        let value = value_from_text("null", &info).expect("it may be nothing");
        assert_eq!(value.downcast_ref::<Option<String>>(), Some(&None));
        let value = value_from_text("\"a\"", &info).expect("it is a string");
        assert_eq!(value.downcast_ref(), Some(&Some("\"a\"".to_owned())));
        let value = value_from_text(" [1, 2] ", &TypeInfo::of::<Vec<i64>>());
        assert_eq!(value.expect("a list").downcast_ref(), Some(&vec![1_i64, 2]));
        let error = value_from_text("many", &TypeInfo::of::<i64>()).expect_err("no number");
        assert_eq!(
            error.to_string(),
            "expected integer, found the string \"many\""
        );
    }

    #[test]
    fn what_is_written_means_the_value() {
        let info = TypeInfo::of::<Option<i64>>();
        let text = |value: Option<i64>| text_from_value(&Value::new(value), &info);
        assert_eq!(text(Some(3)).expect("a number"), "3");
        assert_eq!(text(None).expect("nothing"), "");
        let text = text_from_value(&Value::new("a b".to_owned()), &TypeInfo::of::<String>());
        assert_eq!(text.expect("a string"), "a b");
    }
}
