# Everyday commands; `just` lists them.

default:
    @just --list

# Everything that must hold before a change lands
ci:
    bash .ci/run

# Build, test and lint
test:
    cargo test
lint:
    cargo fmt --all --check
    cargo clippy --all-targets -- -D warnings
    cargo clippy --no-default-features --lib -- -D warnings

# The policies: mistakes, then cases
policies:
    cargo run --quiet -- check policies
    cargo run --quiet -- test policies

# Write generated files anew
generate:
    cargo run --quiet -- schema policy > schemas/policy.schema.json

# Keep new tables of expected findings; read them before committing
bless:
    JOBUN_BLESS=1 cargo test --test organizations

# Times: a cold start, all packs on a large organization, every day of seven years, 10,000 findings in each format
bench:
    cargo bench --bench cold --bench whole --bench days --bench reports --bench many

# Engines side by side on a folder of rules and facts and on the packs; how the cost grows
compare dir:
    cargo run --release --quiet -p compare -- --bench {{dir}} --packs
scale:
    cargo run --release --quiet -p compare -- --scale

# Random cases against the slow interpreter, the crate cel and the laws; fuzz targets for so many seconds
random seed="1" cases="200000":
    cargo run --release --quiet -p differential -- --seed {{seed}} --cases {{cases}}
fuzz seconds="60":
    fuzz/run {{seconds}}

# The documentation, in a browser
doc:
    cargo doc --no-deps --open
