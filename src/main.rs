//! The `jobun` command.

fn main() -> std::process::ExitCode {
    jobun::cli::run(std::env::args_os())
}
