//! The page for people: one file that needs nothing else. Everything is arranged, counted and sorted here; the
//! template only prints.

mod calendar;
mod cards;
mod evidence;
mod glance;
mod heat;
mod matrix;
mod passes;
mod plan;
mod questions;
mod reading;
mod related;
mod said;
mod view;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Options, ReportError};
use crate::evaluation::Evaluation;
use crate::stdlib::encoders::base64_encode;

const TEMPLATE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Renders the page of the one organization in `evaluations`.
pub(super) fn render(evaluations: &[Evaluation], options: Options) -> Result<String, ReportError> {
    let [evaluation] = evaluations else {
        return Err(ReportError::OneOnly { format: "html", given: evaluations.len() });
    };
    let page = Page {
        view: view::view(evaluation, options),
        css: STYLE,
        js: SCRIPT,
        css_hash: csp_hash(STYLE),
        js_hash: csp_hash(SCRIPT),
    };
    filled(&page).map_err(|error| ReportError::Failed { format: "html", reason: format!("{error:#}") })
}

/// The view, and what stands in the page beside it.
#[derive(Serialize)]
struct Page<'e> {
    #[serde(flatten)]
    view: view::View<'e>,
    css: &'static str,
    js: &'static str,
    css_hash: String,
    js_hash: String,
}

fn filled(page: &Page<'_>) -> Result<String, minijinja::Error> {
    let mut engine = Environment::new();
    engine.set_auto_escape_callback(|_| AutoEscape::Html);
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.add_template("page.html", TEMPLATE)?;
    let page = engine.get_template("page.html")?.render(Serde(page))?;
    // The escape of a slash is longer than what it stands for, and answers are named by pointers full of them.
    Ok(page.replace("&#x2f;", "/"))
}

/// What a content security policy calls `content`.
fn csp_hash(content: &str) -> String {
    format!("sha256-{}", base64_encode(&Sha256::digest(content)))
}
