//! Policy files as they are written. `schemas/policy.schema.json` is made from these tables.

use serde_json::{Map, Value, json};

use crate::words::{
    Addressee, Binding, Category, Modality, Placement, ProvisionKind, ReferenceState, Relation, Severity, SourceKind,
    SourceStatus,
};
use crate::yaml::shape::{Bilingual, OneOrMany, Shape, Written, WrittenDay, WrittenWord, shapes};

shapes! {
    /// A pack: one source and its parameters (`pack.yaml`).
    struct PackFile {
        /// The id of the pack; the name of its folder.
        pack as "pack": Written,
        /// What the pack is called.
        title as "title": Bilingual,
        /// The instrument.
        source as "source": SourceWritten,
        /// What the source leaves open.
        parameters as "parameters": Vec<ParameterWritten>,
    }

    /// The instrument a pack encodes.
    struct SourceWritten {
        /// A short stable key.
        key as "key": Written,
        /// Its full title.
        title as "title": Bilingual,
        /// Who issued it.
        publisher as "publisher": Bilingual,
        /// Its number, where it has one.
        number as "number": Option<Written>,
        /// What kind of instrument it is.
        kind as "kind": WrittenWord<SourceKind>,
        /// Whether it is settled.
        status as "status": WrittenWord<SourceStatus>,
        /// The strongest a finding of this pack can be.
        binding as "binding": WrittenWord<Binding>,
        /// When it was issued.
        issued_on as "issued_on": Option<WrittenDay>,
        /// From when its rules are judged.
        effective_on as "effective_on": Option<WrittenDay>,
        /// Until when its rules are judged.
        expires_on as "expires_on": Option<WrittenDay>,
        /// When the pack was last compared with the source.
        verified_on as "verified_on": WrittenDay,
    }

    /// A value the source leaves open, with a default and the reason for it.
    struct ParameterWritten {
        /// Its name, as in `params.name`.
        name as "name": Written,
        /// Its type: period, int, bool, date, string or enum.
        ty as "type": Written,
        /// The words of an enum.
        values as "values": Vec<Written>,
        /// The value unless another is given.
        default as "default": Written,
        /// The least it may be: a value, or the name of another parameter of the pack.
        min as "min": Option<Written>,
        /// The most it may be, likewise.
        max as "max": Option<Written>,
        /// What it is.
        title as "title": Bilingual,
        /// Why this default.
        reason as "reason": Bilingual,
    }

    /// The provisions of a source (`outline.yaml`).
    struct OutlineFile {
        /// The provisions, in the order of the source.
        provisions as "provisions": Vec<ProvisionWritten>,
    }

    /// One provision.
    struct ProvisionWritten {
        /// How a lawyer cites it.
        locator as "locator": Written,
        /// Its heading.
        caption as "caption": Written,
        /// What it is.
        kind as "kind": WrittenWord<ProvisionKind>,
        /// The requirements it holds, by id.
        requirements as "requirements": Vec<Written>,
        /// SHA-256 of its normalized text after its mark, or of each of its sentences, as `jobun cite outline` writes them.
        digest as "digest": Option<OneOrMany<Written>>,
        /// What requirements that no rule judges are.
        placed as "placed": Vec<PlacedWritten>,
        /// What it refers to, and what has become of that.
        references as "references": Vec<ReferenceWritten>,
    }

    /// Requirements that no rule judges.
    struct PlacedWritten {
        /// What they are.
        placement as "as": WrittenWord<Placement>,
        /// Their ids; all of the provision where left out.
        requirements as "requirements": Vec<Written>,
        /// Why no rule judges them.
        reason as "reason": Bilingual,
    }

    /// Something a provision refers to.
    struct ReferenceWritten {
        /// The reference as the source writes it.
        cites as "cites": Written,
        /// What has become of it.
        state as "state": WrittenWord<ReferenceState>,
        /// What stands there now, or where it stands now.
        now as "now": Option<Written>,
        /// Since when.
        since as "since": Option<WrittenDay>,
        /// When that was last looked up.
        checked_on as "checked_on": WrittenDay,
        /// What a reader should know.
        note as "note": Bilingual,
    }

    /// How provisions of several sources stand to one another (`common/relations.yaml`).
    struct RelationsFile {
        /// The relations.
        relations as "relations": Vec<RelationWritten>,
    }

    /// How one provision stands to others.
    struct RelationWritten {
        /// The provision: the id of its pack, a space, its locator.
        of as "of": Written,
        /// What it is to the others.
        relation as "is": WrittenWord<Relation>,
        /// The others, written likewise.
        to as "to": Vec<Written>,
        /// Why.
        because as "because": Bilingual,
    }

    /// Named expressions (`definitions.yaml`).
    struct DefinitionsFile {
        /// The definitions.
        definitions as "definitions": Vec<DefinitionWritten>,
    }

    /// A named, typed expression.
    struct DefinitionWritten {
        /// Its signature: `name(parameter: type) -> type`.
        define as "define": Written,
        /// What it means.
        doc as "doc": Bilingual,
        /// The expression.
        is as "is": Written,
    }

    /// Rules (any other file of a pack).
    struct RulesFile {
        /// The rules.
        rules as "rules": Vec<RuleWritten>,
    }

    /// One requirement: what it cites, when it applies, what it asks.
    struct RuleWritten {
        /// A stable id, unique over all packs.
        id as "id": Written,
        /// The compliant state, in a line.
        title as "title": Bilingual,
        /// Locators of the outline.
        cites as "cites": Vec<Written>,
        /// Requirement ids of the outline.
        covers as "covers": Vec<Written>,
        /// How strongly the source speaks.
        modality as "modality": WrittenWord<Modality>,
        /// Who must act.
        addressee as "addressee": WrittenWord<Addressee>,
        /// Whose breach it is, if not the assessed organization's: shown, not counted.
        about as "about": Option<WrittenWord<Addressee>>,
        /// What it is about.
        category as "category": WrittenWord<Category>,
        /// How bad a breach is.
        severity as "severity": WrittenWord<Severity>,
        /// One finding for each element of a list.
        for_each as "for_each": Option<OneOrMany<EachWritten>>,
        /// The window in which it is in force, if not the source's.
        valid as "valid": Option<ValidWritten>,
        /// The day at which that is judged, if not the day of the evaluation (CEL, a date).
        in_force_at as "in_force_at": Option<Written>,
        /// Named parts, visible below (CEL).
        variables as "variables": Vec<VariableWritten>,
        /// When it applies (CEL, a bool).
        applies as "applies": Option<Written>,
        /// The compliant condition (CEL, a bool).
        require as "require": Option<Written>,
        /// A duty that comes back.
        recurring as "recurring": Option<RecurringWritten>,
        /// Acts with a last day.
        deadlines as "deadlines": Vec<DeadlineWritten>,
        /// Rules it sums up; it asks nothing of its own.
        rolls_up as "rolls_up": Vec<Written>,
        /// `ok` where a quantifier over an empty list may pass unmarked.
        empty as "empty": Option<WrittenWord<EmptyOk>>,
        /// What to say, with `{expressions}`.
        message as "message": Bilingual,
        /// What to do, with `{expressions}`.
        remedy as "remedy": Bilingual,
        /// How an ambiguous text was read, and why.
        reading as "reading": Option<Bilingual>,
    }

    /// A loop that makes one finding for each element.
    struct EachWritten {
        /// The name of the element.
        name as "as": Written,
        /// A list of records, or such a list of an outer element.
        list as "in": Written,
        /// What the subject is called (CEL, a string).
        subject as "subject": Option<Written>,
    }

    /// A window of days.
    struct ValidWritten {
        /// First day.
        from as "from": Option<WrittenDay>,
        /// Last day.
        until as "until": Option<WrittenDay>,
    }

    /// A named part of a rule.
    struct VariableWritten {
        /// Its name.
        name as "name": Written,
        /// The expression.
        is as "is": Written,
    }

    /// A duty that comes back.
    struct RecurringWritten {
        /// When it was last done (CEL, a date or never).
        last as "last": Written,
        /// When the first period began (CEL, a date).
        from as "from": Written,
        /// How long a period is (CEL, a period).
        every as "every": Written,
    }

    /// An act with a last day.
    struct DeadlineWritten {
        /// What it is called.
        id as "id": Written,
        /// When it was done (CEL, a date or never).
        act as "act": Written,
        /// Its last day (CEL, a date).
        by as "by": Written,
    }
}

/// The one thing `empty:` can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyOk;

impl crate::words::Word for EmptyOk {
    const ALL: &'static [(Self, &'static str, &'static str)] = &[(EmptyOk, "ok", "Nothing to mark.")];
}

/// The JSON Schema of every policy file.
pub fn json_schema() -> Value {
    let mut defs = Map::new();
    let files = [
        PackFile::schema(&mut defs),
        OutlineFile::schema(&mut defs),
        DefinitionsFile::schema(&mut defs),
        RulesFile::schema(&mut defs),
        RelationsFile::schema(&mut defs),
    ];
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "https://jobun.dev/schemas/policy.schema.json",
        "title": "Jobun policy files",
        "description": "pack.yaml, outline.yaml, definitions.yaml and rule files of a pack, and relations between packs. Generated from the types; do not edit.",
        "oneOf": files,
        "$defs": defs,
    })
}

/// The same as text, as `schemas/policy.schema.json` holds it.
pub fn json_schema_text() -> String {
    // A value with string keys always serializes.
    let mut text = serde_json::to_string_pretty(&json_schema()).unwrap_or_default();
    text.push('\n');
    text
}
