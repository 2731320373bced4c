//! What the formats of reports hold, read back as their readers do.

mod support;

#[path = "reports/exchange.rs"]
mod exchange;
#[path = "reports/html.rs"]
mod html;
#[path = "reports/tables.rs"]
mod tables;
