//! What is asked: about which element, and what may be answered.

mod support;

use jobun::questions::{Question, questions};
use jobun::schema::FactSchema;
use jobun::{Day, Engine, Facts, Params, PolicySet};
use serde_json::{Value, json};

/// What is to be asked where the facts at `pointers` of an organization of the fixtures are not answered.
fn asked(pointers: &[&str]) -> Vec<Question> {
    let mut facts: Value = serde_json::from_str(&support::text("fixtures/organizations/center.json")).expect("JSON");
    for pointer in pointers {
        let (object, key) = pointer.rsplit_once('/').expect("a pointer");
        let object = facts.pointer_mut(object).and_then(Value::as_object_mut).expect("an object");
        assert!(object.shift_remove(key).is_some(), "{pointer} was answered");
    }
    let engine = Engine::new(PolicySet::embedded().check().expect("sound"), Params::default()).expect("an engine");
    let text = facts.to_string();
    let facts = Facts::from_slice(&engine, text.as_bytes()).expect("sound facts");
    let as_of = Day::parse("2026-11-22").expect("a day");
    questions(&engine.evaluate(&facts, as_of).expect("an evaluation"))
}

#[test]
fn a_question_names_the_element_it_is_about_and_no_other() {
    let pointers = [
        "/vendors/0/my_number_involvement",
        "/organization/applicable_standards",
        "/my_number/handlers/0/designated_by",
    ];
    let asked = asked(&pointers);
    let about = |pointer: &str| {
        let question = asked.iter().find(|question| question.pointer == pointer).expect("it is asked");
        question.subject.as_ref().map(|subject| (subject.pointer.as_str(), subject.label.as_str()))
    };
    // What waits for it are contracts and handings-over, too; the question is about the vendor.
    assert_eq!(about(pointers[0]), Some(("/vendors/0", "有限会社みなと給与計算事務所")));
    assert_eq!(about(pointers[1]), None, "a fact of the whole organization is about no element");
    assert_eq!(about(pointers[2]), Some(("/my_number/handlers/0", "総務係")));
    let question = asked.iter().find(|question| question.pointer == pointers[2]).expect("it is asked");
    let choices: Vec<(&str, &str)> =
        question.choices.iter().map(|choice| (&*choice.value, &*choice.label.ja)).collect();
    assert_eq!(choices[..2], [("chair", "会長"), ("secretary_general", "事務局長")]);
}

#[test]
fn what_the_words_of_a_fact_mean_is_said_of_all_or_of_none() {
    let vocabulary = |choices: Value| {
        let kinds = json!({ "kind": { "enum": ["chair", "other"], "x-choices": choices } });
        FactSchema::from_json(&json!({ "type": "object", "properties": kinds }))
    };
    let (chair, other) = (json!({ "ja": "会長", "en": "the chair" }), json!({ "ja": "その他", "en": "other" }));
    // In the order of the words, whatever the order of what they mean.
    let schema = vocabulary(json!({ "other": other, "chair": chair })).expect("a schema");
    let choices = &schema.field_at("kind").expect("a fact").choices;
    let said: Vec<(&str, &str)> = choices.iter().map(|choice| (&*choice.value, &*choice.label.en)).collect();
    assert_eq!(said, [("chair", "the chair"), ("other", "other")]);
    for (choices, reason) in [
        (json!({ "chair": chair }), "`x-choices` lacks `other` in `ja` and `en`"),
        (json!({ "chair": chair, "other": { "ja": "その他" } }), "`x-choices` lacks `other` in `ja` and `en`"),
        (
            json!({ "chair": chair, "other": { "ja": "その他", "en": "" } }),
            "`x-choices` lacks `other` in `ja` and `en`",
        ),
        (
            json!({ "chair": chair, "other": other, "nobody": other }),
            "`x-choices` names `nobody`, which is no word of its `enum`",
        ),
    ] {
        let fault = vocabulary(choices).expect_err("a fault");
        assert_eq!((fault.pointer.as_str(), fault.reason.as_str()), ("#/properties/kind", reason));
    }
    // Of a list, what its elements may be; of a definition, unless the fact says it in other words.
    let list = json!({
        "type": "object",
        "$defs": { "kind": { "enum": ["chair", "other"], "x-choices": { "chair": chair, "other": other } } },
        "properties": {
            "kinds": { "type": "array", "items": { "$ref": "#/$defs/kind" } },
            "own": { "$ref": "#/$defs/kind", "x-choices": { "chair": other, "other": chair } },
            "free": { "type": "string" }
        }
    });
    let schema = FactSchema::from_json(&list).expect("a schema");
    let said = |path: &str| {
        schema.field_at(path).expect("a fact").choices.iter().map(|choice| &*choice.label.en).collect::<Vec<_>>()
    };
    assert_eq!(said("kinds"), ["the chair", "other"]);
    assert_eq!(said("own"), ["other", "the chair"]);
    assert!(said("free").is_empty());
}
