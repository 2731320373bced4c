//! Ten thousand single-edit typos in the names of facts, planted in the shipped policies: each that leaves the
//! vocabulary is found where it stands, alone, and what was meant is suggested.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use jobun::cel::{Expr, Expression, is_name};
use jobun::check::typed::{Meaning, Typed};
use jobun::diagnostic::{Code, Diagnostic};
use jobun::engine::CheckedPolicies;
use jobun::policy::PolicyFiles;
use jobun::schema::FactSchema;
use jobun::source::{SourceMap, Span};
use jobun::types::Type;

/// How many typos are made.
const TYPOS: usize = 10_000;
/// Of how many found, in per cent, what was meant must be suggested.
const SUGGESTED: usize = 95;

/// A name of a fact in a policy file.
#[derive(Clone, Debug)]
struct Spot {
    file: String,
    start: usize,
    end: usize,
    name: String,
    /// The path it is an end of, where a whole path is suggested, and where in it the name begins.
    path: Option<(String, usize)>,
    /// The names that could stand there.
    known: BTreeSet<String>,
}

/// A name with one edit in it.
struct Typo<'s> {
    spot: &'s Spot,
    written: String,
}

/// SplitMix64, with a seed written down.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((u128::from(z ^ (z >> 31)) * end as u128) >> 64) as usize
    }

    /// `name` with one letter put in, taken out, replaced, or exchanged with the next.
    fn edited(&mut self, name: &str) -> String {
        const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz_";
        loop {
            let mut bytes = name.as_bytes().to_vec();
            let letter = LETTERS[self.below(LETTERS.len())];
            match self.below(4) {
                0 => bytes.insert(self.below(bytes.len() + 1), letter),
                1 if bytes.len() > 1 => {
                    bytes.remove(self.below(bytes.len()));
                }
                2 => {
                    let at = self.below(bytes.len());
                    bytes[at] = letter;
                }
                3 if bytes.len() > 1 => {
                    let at = self.below(bytes.len() - 1);
                    bytes.swap(at, at + 1);
                }
                _ => {}
            }
            let edited = String::from_utf8(bytes).expect("ASCII");
            if edited != name && is_name(&edited) {
                return edited;
            }
        }
    }
}

fn spot(sources: &SourceMap, span: Span, known: BTreeSet<String>) -> Spot {
    let (start, end) = (span.start as usize, span.end as usize);
    let file = sources.name(span.file).to_string();
    Spot { file, start, end, name: sources.slice(span).to_string(), path: None, known }
}

/// The names of facts in one expression.
fn in_expression(sources: &SourceMap, schema: &FactSchema, e: &Expression, typed: &Typed) -> Vec<Spot> {
    let fields = |record| schema.record(record).fields.iter().map(|field| field.name.clone()).collect();
    let mut found = Vec::new();
    for id in e.ast.ids() {
        match (e.ast.node(id), typed.meanings[id.index()]) {
            (Expr::Ident(_), Meaning::Fact) => {
                let mut known: BTreeSet<String> = fields(schema.root());
                known.extend(["as_of", "never"].map(String::from));
                found.push(spot(sources, e.span(id), known));
            }
            (Expr::Select(operand, field), _) => {
                if let Type::Record(record) = typed.types[operand.index()] {
                    found.push(spot(sources, e.name_span(field), fields(record)));
                }
            }
            _ => {}
        }
    }
    found
}

/// The names of facts in the types of a signature, such as `c: contracts[]`.
fn in_signature(sources: &SourceMap, schema: &FactSchema, written: &jobun::yaml::shape::Written) -> Vec<Spot> {
    let text = &written.text;
    let paths: BTreeSet<&str> = schema.records().map(|(_, record)| record.path.as_str()).collect();
    let mut found = Vec::new();
    let mut at = text.find('(').expect("a signature");
    for part in text[at..].split_inclusive([',', ')', '>', ':', '(', ' ']) {
        let path = part.trim_end_matches([',', ')', '>', ':', '(', ' ']);
        if !path.is_empty() && (paths.contains(path) || schema.field_at(path).is_some()) {
            let mut from = 0;
            for segment in path.split('.') {
                let name = segment.trim_end_matches("[]");
                let mut here = spot(sources, written.map.span(at + from, at + from + name.len()), BTreeSet::new());
                here.path = Some((path.to_string(), from));
                found.push(here);
                from += segment.len() + 1;
            }
        }
        at += part.len();
    }
    found
}

/// The names of facts, by the rule or definition they stand in.
fn spots(checked: &CheckedPolicies) -> Vec<Vec<Spot>> {
    let (sources, schema) = (checked.sources(), &checked.vocabulary().schema);
    let set = &checked.checked().set;
    let mut units = Vec::new();
    let packs = set.packs.iter().flat_map(|pack| &pack.definitions);
    for (definition, entry) in set.common.iter().chain(packs).zip(checked.checked().definitions.entries()) {
        let mut unit = in_signature(sources, schema, &definition.define);
        unit.extend(in_expression(sources, schema, &entry.expression, &entry.typed));
        units.push(unit);
    }
    for (pack, rules) in set.packs.iter().zip(&checked.checked().rules) {
        for (rule, found) in pack.rules.iter().zip(rules) {
            let expressions = found.expressions(rule);
            units.push(expressions.iter().flat_map(|(_, e, typed)| in_expression(sources, schema, e, typed)).collect());
        }
    }
    units.retain(|unit| !unit.is_empty());
    units
}

/// The mistakes of `files` with `typos` in them, each with its file and its place before the edits.
fn mistakes(files: &BTreeMap<String, String>, typos: &[Typo<'_>]) -> Vec<(String, usize, Diagnostic)> {
    let mut edited = PolicyFiles::new("policies/");
    let mut shifts: BTreeMap<&str, Vec<(usize, isize)>> = BTreeMap::new();
    for (name, text) in files {
        let file = format!("policies/{name}");
        let mut here: Vec<&Typo<'_>> = typos.iter().filter(|typo| typo.spot.file == file).collect();
        here.sort_by_key(|typo| typo.spot.start);
        let mut text = text.clone();
        for typo in here.iter().rev() {
            text.replace_range(typo.spot.start..typo.spot.end, &typo.written);
        }
        for typo in here {
            let longer = typo.written.len() as isize - typo.spot.name.len() as isize;
            shifts.entry(&typo.spot.file).or_default().push((typo.spot.start, longer));
        }
        edited.add(name.clone(), text);
    }
    let Err(rejected) = edited.read().check() else { return Vec::new() };
    let errors = rejected.diagnostics.0.into_iter().filter(Diagnostic::is_error);
    errors
        .map(|error| {
            let file = rejected.sources.name(error.primary.span.file).to_string();
            let mut before = error.primary.span.start as isize;
            for (start, longer) in shifts.get(file.as_str()).into_iter().flatten() {
                if before > *start as isize {
                    before -= longer;
                }
            }
            (file, before as usize, error)
        })
        .collect()
}

/// Whether a mistake stands where `typo` does. A typo that makes a word of the language makes no name, and is
/// found where the name is missed.
fn is_of((file, at, error): &(String, usize, Diagnostic), typo: &Typo<'_>) -> bool {
    let start = typo.spot.start - typo.spot.path.as_ref().map_or(0, |(_, from)| *from);
    let span = error.primary.span;
    let missed = error.code == Code::CelSyntax && (*at..=at + (span.end - span.start) as usize).contains(&start);
    *file == typo.spot.file && (*at == start || missed)
}

#[test]
fn ten_thousand_typos_in_names_of_facts_are_found_where_they_stand_with_the_right_suggestion() {
    let checked = jobun::PolicySet::embedded().check().expect("no mistakes");
    let units = spots(&checked);
    let files: BTreeMap<String, String> = support::files_below("policies")
        .into_iter()
        .filter(|name| name.ends_with(".yaml"))
        .map(|name| (name.clone(), support::text(&format!("policies/{name}"))))
        .collect();
    let schema = &checked.vocabulary().schema;
    let mut random = Random(20_261_124);
    let (mut made, mut another, mut syntax, mut suggested) = (0, 0, 0, 0);
    let mut missed = Vec::new();
    let mut besides = Vec::new();
    let mut unsuggested = Vec::new();
    while made < TYPOS {
        // One typo in each rule and each definition at a time, so that none hides another.
        let mut typos = Vec::new();
        for unit in &units {
            if made == TYPOS {
                break;
            }
            let spot = &unit[random.below(unit.len())];
            let written = random.edited(&spot.name);
            made += 1;
            let stays = match &spot.path {
                Some((path, from)) => {
                    let mut path = path.clone();
                    path.replace_range(*from..from + spot.name.len(), &written);
                    schema.record_at(&path).is_some() || schema.field_at(&path).is_some()
                }
                None => spot.known.contains(&written),
            };
            if stays {
                another += 1;
            } else {
                typos.push(Typo { spot, written });
            }
        }
        let found = mistakes(&files, &typos);
        for typo in &typos {
            let spot = typo.spot;
            let right = spot.path.as_ref().map_or(&spot.name, |(path, _)| path);
            let at: Vec<_> = found.iter().filter(|mistake| is_of(mistake, typo)).collect();
            match at[..] {
                [] => missed.push(format!("{} {} for {}", spot.file, typo.written, spot.name)),
                [(_, _, error), ..] if error.code == Code::CelSyntax => syntax += 1,
                [(_, _, error), ..] => {
                    let help = error.help.as_ref().map_or("", |help| help.en.as_str());
                    if help == format!("did you mean `{right}`?") {
                        suggested += 1;
                    } else {
                        unsuggested.push(format!("{} for {right}: {help}", typo.written));
                    }
                }
            }
        }
        // Where a name became a word of the language the parser may say more.
        let others = found.iter().filter(|mistake| mistake.2.code != Code::CelSyntax);
        for mistake in others.filter(|mistake| !typos.iter().any(|typo| is_of(mistake, typo))) {
            besides.push(format!("{}: {}: {}", mistake.0, mistake.2.code.name(), mistake.2.message.en));
        }
    }
    let left = TYPOS - another;
    println!(
        "{TYPOS} typos: {another} are another name, {left} leave the vocabulary; of these {} were found, \
         {syntax} of them no names, and for {suggested} what was meant was suggested",
        left - missed.len()
    );
    assert!(missed.is_empty(), "{} missed:\n{}", missed.len(), missed.join("\n"));
    assert!(besides.is_empty(), "{} messages besides:\n{}", besides.len(), besides.join("\n"));
    let others = unsuggested.join("\n");
    assert!(suggested * 100 >= left * SUGGESTED, "{suggested} of {left}, but not:\n{others}");
}
