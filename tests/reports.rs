//! What the formats of reports hold, read back as their readers do.

mod support;

#[path = "reports/exchange.rs"]
mod exchange;
#[path = "reports/tables.rs"]
mod tables;
