//! What the formats of reports hold, read back as their readers do.

mod support;

#[path = "reports/tables.rs"]
mod tables;
