//! Readings a second over the acceptance corpus (and over our own expressions where it is absent).

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use traguardo::planning::targets::{Context, read};

fn reading(criterion: &mut Criterion) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/targets.tsv");
    let own = include_str!("../tests/data/unseen_targets.tsv");
    let tsv = std::fs::read_to_string(path).unwrap_or_else(|_| own.to_owned());
    for (name, tsv) in [("corpus", tsv.as_str()), ("unseen", own)] {
        let texts: Vec<&str> = tsv.lines().skip(1).filter_map(|line| line.split('\t').next()).collect();
        let mut group = criterion.benchmark_group("targets");
        group.throughput(Throughput::Elements(texts.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                for text in &texts {
                    black_box(read(black_box(text), Context::year(2024)));
                }
            });
        });
        group.finish();
    }
}

criterion_group!(benches, reading);
criterion_main!(benches);
