//! The JSON Schema of a scenario file, made from its types, for editors that complete and check.

use super::file::{
    AccountFile, FileFile, LetterFile, LoginFile, MadeFile, ScenarioFile, StoryValue,
};
use super::model::IpFamily;
use super::value::{
    At, Choices, Count, Limit, Many, Ordered, Patience, Period, Rate, Room, Size, Word,
};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;
use std::borrow::Cow;

/// The schema as a file: indented, with a line end.
#[must_use]
pub fn schema() -> String {
    let mut schema = schemars::schema_for!(ScenarioFile).to_value();
    drop_null(&mut schema);
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON");
    text + "\n"
}

/// TOML has no null: a key that may be missing is simply missing.
fn drop_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, value| key != "default" || !value.is_null());
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|t| t != "null");
                if let [one] = &types[..] {
                    let one = one.clone();
                    object.insert("type".into(), one);
                }
            }
            if let Some(Value::Array(values)) = object.get_mut("enum") {
                values.retain(|v| !v.is_null());
            }
            if let Some(Value::Array(any)) = object.get_mut("anyOf") {
                any.retain(|s| s.get("type").is_none_or(|t| t != "null"));
                if any.len() == 1
                    && let Some(Value::Object(one)) = any.pop()
                {
                    object.remove("anyOf");
                    object.extend(one);
                }
            }
            object.values_mut().for_each(drop_null);
        }
        Value::Array(array) => array.iter_mut().for_each(drop_null),
        _ => {}
    }
}

impl<T: JsonSchema> JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        T::json_schema(generator)
    }
}

impl<T: JsonSchema> JsonSchema for Ordered<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("TableOf{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let each = generator.subschema_for::<T>();
        json_schema!({ "type": "object", "additionalProperties": each })
    }
}

impl<T: JsonSchema> JsonSchema for Many<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMore{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }
}

/// Implements a schema that depends on nothing.
macro_rules! plain {
    ($type:ty, $name:literal, $schema:tt) => {
        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($schema)
            }
        }
    };
}

impl JsonSchema for Choices {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Choices".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let words = generator.subschema_for::<Many<Word>>();
        let named = generator.subschema_for::<Ordered<Word>>();
        json_schema!({ "anyOf": [words, named] })
    }
}

plain!(Word, "Word", { "type": ["string", "integer"] });
plain!(Size, "Size", { "type": ["string", "integer"], "examples": ["40 kB", "1 MiB"] });
plain!(Rate, "Rate", { "type": "string", "examples": ["100 Mbit/s", "56 kbit/s"] });
plain!(Period, "Period", { "type": "string", "examples": ["10 ms", "2 s"] });
plain!(Patience, "Patience", { "type": "string", "examples": ["30 s", "off"] });
plain!(Room, "Room", { "type": ["string", "integer"], "examples": ["100 kB", "any"] });
plain!(Limit, "Limit", { "type": ["string", "integer"], "examples": [2, "any"] });
plain!(Count, "Count", { "type": ["string", "integer"], "minimum": 0 });
plain!(IpFamily, "IpFamily", { "enum": [4, 6] });

impl JsonSchema for FileFile {
    fn schema_name() -> Cow<'static, str> {
        "File".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let size = generator.subschema_for::<Size>();
        let made = generator.subschema_for::<MadeFile>();
        json_schema!({ "description": "A size, a text, or an image.", "anyOf": [size, made] })
    }
}

impl JsonSchema for LoginFile {
    fn schema_name() -> Cow<'static, str> {
        "Login".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let password = generator.subschema_for::<String>();
        let account = generator.subschema_for::<AccountFile>();
        json_schema!({
            "description": "A password, or more to say.",
            "anyOf": [password, account]
        })
    }
}

impl JsonSchema for StoryValue {
    fn schema_name() -> Cow<'static, str> {
        "Does".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let lines = generator.subschema_for::<Many<String>>();
        let letter = generator.subschema_for::<LetterFile>();
        json_schema!({
            "description": "Lines to type, a letter to write, or for the key `at` a time.",
            "anyOf": [lines, letter]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_beside_the_scenarios_is_current() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../scenarios/scenario.schema.json"
        );
        let kept = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            kept == schema(),
            "scenario.schema.json is out of date; replace it by what `wirestage schema` writes"
        );
    }

    #[test]
    fn every_key_is_described_and_none_is_null() {
        let schema: Value = serde_json::from_str(&schema()).unwrap();
        let host = &schema["$defs"]["HostFile"]["properties"];
        for (key, value) in host.as_object().unwrap() {
            assert!(value["description"].is_string(), "{key}");
        }
        assert_eq!(host["mode"]["$ref"], "#/$defs/FtpMode");
        assert!(!schema.to_string().contains("null"));
        assert_eq!(
            schema["required"],
            serde_json::json!(["title", "links", "hosts"])
        );
    }
}
