//! Signatures of definitions: `active(c: contracts[]) -> bool`.

use crate::cel::is_name;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::lang::{Text, text};
use crate::schema::FactSchema;
use crate::source::Span;
use crate::types::Type;
use crate::yaml::shape::Written;

/// A parameter of a definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// What a definition takes and yields.
#[derive(Clone, Debug, PartialEq)]
pub struct DefinitionSignature {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub span: Span,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
    /// What it yields.
    pub result: Type,
}

/// Reads `written`. A type that is misspelt is reported, and an error type stands in its place, so that the
/// definition can still be called.
pub fn read(written: &Written, schema: &FactSchema, out: &mut Diagnostics) -> Option<DefinitionSignature> {
    let text = &written.text;
    let malformed = |out: &mut Diagnostics| {
        out.push(
            Diagnostic::new(
                Code::InvalidValue,
                written.span,
                Text::new("定義の形として読めません", "this is not the signature of a definition"),
            )
            .help(Text::new(
                "`\"name(x: contracts[]) -> bool\"` の形で、引用符に入れて書いてください",
                "write it as `\"name(x: contracts[]) -> bool\"`, in quotes",
            )),
        );
        None
    };
    let Some((head, result)) = text.split_once("->") else {
        return malformed(out);
    };
    let Some((name, parameters)) = head.trim_end().strip_suffix(')').and_then(|head| head.split_once('(')) else {
        return malformed(out);
    };
    if !is_name(name.trim()) {
        return malformed(out);
    }
    let mut read = Vec::new();
    let mut at = name.len() + 1;
    for part in parameters.split(',') {
        let start = at;
        at += part.len() + 1;
        if part.trim().is_empty() && parameters.trim().is_empty() {
            break;
        }
        let Some((name, ty)) = part.split_once(':') else {
            return malformed(out);
        };
        let from = start + name.len() + 1 + (ty.len() - ty.trim_start().len());
        if !is_name(name.trim()) {
            return malformed(out);
        }
        let ty = named_type(ty.trim(), written, from, schema, out);
        read.push(Parameter { name: name.trim().to_string(), ty });
    }
    let from = head.len() + 2 + (result.len() - result.trim_start().len());
    let result = named_type(result.trim(), written, from, schema, out);
    Some(DefinitionSignature {
        name: name.trim().to_string(),
        span: written.map.span(0, name.trim_end().len()),
        parameters: read,
        result,
    })
}

const NAMED: [(&str, Type); 8] = [
    ("bool", Type::Bool),
    ("int", Type::Int),
    ("double", Type::Double),
    ("string", Type::String),
    ("date", Type::Date),
    ("date_or_never", Type::DateOrNever),
    ("period", Type::Period),
    ("never", Type::Never),
];

/// The type called `name`: a simple one, a list of one, or a path of the facts.
fn named_type(name: &str, written: &Written, at: usize, schema: &FactSchema, out: &mut Diagnostics) -> Type {
    if let Some((_, ty)) = NAMED.iter().find(|(word, _)| *word == name) {
        return ty.clone();
    }
    if let Some(element) = name.strip_prefix("list(").and_then(|rest| rest.strip_suffix(')')) {
        return Type::list(named_type(element, written, at + 5, schema, out));
    }
    if let Some(record) = schema.record_at(name).filter(|_| !name.is_empty()) {
        return Type::Record(record);
    }
    if let Some(field) = schema.field_at(name) {
        return field.ty.clone();
    }
    let paths: Vec<String> =
        schema.records().map(|(_, record)| record.path.clone()).filter(|path| !path.is_empty()).collect();
    let known = NAMED.iter().map(|(word, _)| *word).chain(paths.iter().map(String::as_str));
    let help = match did_you_mean(name, known) {
        Some(near) => text!("`{}` のことですか", "did you mean `{}`?", near),
        None => Text::new(
            "`bool` `int` `string` `date` `date_or_never` `period` `list(…)`、または `contracts[]` のような事実の場所を書きます",
            "write `bool`, `int`, `string`, `date`, `date_or_never`, `period`, `list(…)`, or a place of the facts such as `contracts[]`",
        ),
    };
    out.push(
        Diagnostic::new(
            Code::UnknownName,
            written.map.span(at, at + name.len()),
            text!(
                "`{}` という型も事実の場所もありません",
                "there is no type and no place of the facts called `{}`",
                name
            ),
        )
        .help(help),
    );
    Type::Error
}
