//! JSON Schemas of the files that people write, for editors: from the types that the files are read into, with their
//! documentation as descriptions.

use rivera_sim::{METRICS, Scenario};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use crate::file::Raw;
use crate::statistic::{ALIASES, FOLDS};

/// The schema of a scenario file.
#[must_use]
pub fn scenario_schema() -> Value {
    let mut schema = root::<Scenario>();
    schema["title"] = json!("Scenario of Rivera");
    schema
}

/// The schema of an experiment: that of a scenario, where every key may also have a list of values.
///
/// # Panics
/// If the schema of a scenario has a section that is no table, which is a bug.
#[must_use]
pub fn experiment_schema() -> Value {
    let mut schema = root::<Raw>();
    schema["title"] = json!("Experiment of Rivera");
    let definitions = schema["definitions"].as_object_mut().expect("a scenario has sections");
    let sections: Vec<Value> = properties(&mut definitions["Scenario"]).values().cloned().collect();
    for section in &sections {
        // The settings of groups of cells are a map of tables, any other section is a table.
        let keys = section.get("additionalProperties").unwrap_or(section);
        let name = referred(keys).expect("a section has a type").to_owned();
        for key in properties(&mut definitions[&name]).values_mut() {
            let of_map = key.get_mut("additionalProperties").filter(|inner| inner.is_object());
            if let Some(inner) = of_map {
                *inner = one_or_list(inner.take());
            }
            *key = one_or_list(key.take());
        }
    }
    schema
}

/// In draft 7, which is what editors of TOML know.
fn root<T: JsonSchema>() -> Value {
    let mut schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<T>().to_value();
    for_people(&mut schema);
    schema
}

fn properties(schema: &mut Value) -> &mut Map<String, Value> {
    schema["properties"].as_object_mut().expect("a table has keys")
}

/// The name of the definition that a schema refers to, also if it does so beside a description.
fn referred(schema: &Value) -> Option<&str> {
    let reference = schema.get("$ref").or_else(|| schema.pointer("/allOf/0/$ref"))?;
    reference.as_str()?.strip_prefix("#/definitions/")
}

/// One value, or a list of values to try. What is said about the key stays outside.
fn one_or_list(schema: Value) -> Value {
    let Value::Object(mut one) = schema else { return schema };
    let mut outside = Map::new();
    for name in ["description", "default"] {
        outside.extend(one.remove(name).map(|value| (name.to_owned(), value)));
    }
    let one = match one.get("allOf").and_then(Value::as_array).map(Vec::as_slice) {
        Some([reference]) if one.len() == 1 => reference.clone(),
        _ => Value::Object(one),
    };
    let list = json!({ "type": "array", "items": one, "minItems": 1, "uniqueItems": true });
    outside.insert("anyOf".to_owned(), json!([one, list]));
    Value::Object(outside)
}

/// Links of the reference documentation and its line breaks say nothing in an editor, nor does a default that is nothing.
fn for_people(schema: &mut Value) {
    match schema {
        Value::Object(keys) => {
            if keys.get("default").is_some_and(Value::is_null) {
                keys.remove("default");
            }
            if let Some(Value::String(text)) = keys.get_mut("description") {
                *text =
                    text.replace("[`", "`").replace("`]", "`").replace("\n\n", "\u{b6}").replace('\n', " ");
                *text = text.replace('\u{b6}', "\n\n");
            }
            keys.values_mut().for_each(for_people);
        }
        Value::Array(values) => values.iter_mut().for_each(for_people),
        _ => {}
    }
}

pub(crate) fn max_in_flight(_: &mut SchemaGenerator) -> Schema {
    throttle(json!({
        "anyOf": [
            { "type": "integer", "minimum": 1 },
            { "type": "string", "pattern": "^([1-9][0-9]*|([1-9][0-9]?|100)%)$" },
        ]
    }))
}

pub(crate) fn max_starts(_: &mut SchemaGenerator) -> Schema {
    throttle(json!({
        "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^([0-9]+|none)$" },
        ]
    }))
}

fn throttle(one: Value) -> Schema {
    Schema::try_from(one_or_list(one)).expect("a table is a schema")
}

pub(crate) fn metrics(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "array", "items": { "type": "string", "enum": metric_names() } })
}

pub(crate) fn assertions(_: &mut SchemaGenerator) -> Schema {
    let folds: Vec<&str> = FOLDS.iter().map(|(name, _)| *name).collect();
    let pattern = format!(
        "^\\s*({})(\\.({}))?\\s*(<=|>=|==|<|>)\\s*[-+.0-9eE]+\\s*[smh]?\\s*$",
        metric_names().join("|"),
        folds.join("|")
    );
    json_schema!({ "type": "array", "items": { "type": "string", "pattern": pattern } })
}

pub(crate) fn any_table(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "object" })
}

fn metric_names() -> Vec<&'static str> {
    METRICS.iter().map(|metric| metric.key).chain(ALIASES.iter().map(|(alias, _)| *alias)).collect()
}
