//! Writes the rows as Rust source.

use crate::table::{Pattern, Row};
use crate::template;

/// `Enc` and `ROWS` as Rust source.
pub(crate) fn rows(rows: &[Row]) -> String {
    let mut out = String::new();
    let w = &mut out;
    put!(w, "/// The name of an encoding: one for each row of the table.");
    put!(w, "#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]");
    put!(w, "#[repr(u16)]\n#[allow(missing_docs, reason = \"the row documents it\")]");
    put!(w, "pub enum Enc {{");
    for row in rows {
        put!(w, "    /// `{}` ({}).", row.shapes[row.shapes.len() - 1].template, row.form);
        put!(w, "    {},", row.name);
    }
    put!(w, "}}\n");
    put!(w, "/// Every row of the table, in the order of `Enc`.");
    put!(w, "pub static ROWS: [Row; {}] = [", rows.len());
    for row in rows {
        emit_row(w, row);
    }
    put!(w, "];");
    out
}

fn emit_row(w: &mut String, row: &Row) {
    let template = &row.shapes[row.shapes.len() - 1].template;
    let mnemonic = template.split([' ', '<']).next().unwrap_or("");
    put!(w, "Row {{ enc: Enc::{}, name: {:?}, mnemonic: {mnemonic:?},", row.name, row.name);
    put!(w, "pattern: {},", pattern(row.pattern));
    put!(w, "should_be: {},", pattern(row.should_be));
    let except: Vec<String> = row.except.iter().map(|&p| pattern(p)).collect();
    put!(w, "except: &[{}],", except.join(", "));
    put!(w, "form: {:?}, feature: Feature::{},", row.form, camel(&row.feature));
    let when = match &row.feature_when {
        Some((feature, p)) => format!("Some(({}, Feature::{}))", pattern(*p), camel(feature)),
        None => "None".to_string(),
    };
    put!(w, "feature_when: {when}, template: {template:?},");
    emit_shapes(w, row);
    put!(w, "}},");
}

/// A group row (template `?`) has no shape.
fn emit_shapes(w: &mut String, row: &Row) {
    put!(w, "shapes: &[");
    for shape in row.shapes.iter().filter(|s| s.template != "?") {
        let predicates: Vec<String> =
            shape.predicates.iter().map(|p| format!("Predicate::{}", camel(p))).collect();
        let pieces = template::pieces(&row.name, &shape.template, &row.fields);
        let when = pattern(shape.when);
        let predicates = predicates.join(", ");
        put!(w, "Shape {{ when: {when}, predicates: &[{predicates}], pieces: &[{pieces}] }},");
    }
    put!(w, "],");
}

fn pattern(p: Pattern) -> String {
    format!("Pattern {{ mask: {:#010x}, value: {:#010x} }}", p.mask, p.value)
}

/// `some-name_x` as `SomeNameX`.
pub(crate) fn camel(name: &str) -> String {
    name.split(['-', '_'])
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars).collect())
        })
        .collect()
}
