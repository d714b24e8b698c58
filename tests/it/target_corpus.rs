//! The acceptance corpus `../shared/data/targets.tsv`, and our own unseen expressions.

use std::collections::BTreeMap;
use std::path::Path;

use traguardo::planning::targets::{Context, Reading, print, read};

/// text, then the six typed columns.
type Row = [String; 7];

fn rows(tsv: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut cells = line.split('\t').map(str::to_owned);
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    };
    tsv.lines().skip(1).map(row).collect()
}

fn typed(reading: &Reading) -> [String; 6] {
    fn shown<T: ToString>(field: Option<&T>) -> String {
        field.map(ToString::to_string).unwrap_or_default()
    }
    [
        reading.kind.to_string(),
        shown(reading.comparator.as_ref()),
        shown(reading.value.as_ref()),
        shown(reading.value2.as_ref()),
        shown(reading.unit.as_ref()),
        shown(reading.deadline_rule.as_ref()),
    ]
}

/// The rows read otherwise, and the score of each kind.
fn score(rows: &[Row]) -> (Vec<String>, BTreeMap<String, (usize, usize)>) {
    let mut wrong = Vec::new();
    let mut scores = BTreeMap::<_, (usize, usize)>::new();
    for row in rows {
        let reading = read(&row[0], Context::year(2024));
        let found = typed(&reading);
        let right = found == row[1..];
        let score = scores.entry(row[1].clone()).or_default();
        score.1 += 1;
        score.0 += usize::from(right);
        if !right {
            wrong.push(format!("{:?}\n   read     {found:?}\n   expected {:?}", row[0], &row[1..]));
        }
        let again = read(&print(&reading), Context::year(2024));
        assert!(
            reading.same_target(&again),
            "{:?} prints {:?}, read as {again:?}, first {reading:?}",
            row[0],
            print(&reading)
        );
    }
    (wrong, scores)
}

fn report(title: &str, rows: &[Row]) -> Vec<String> {
    let (wrong, scores) = score(rows);
    println!("{title}: {} of {}", rows.len() - wrong.len(), rows.len());
    for (kind, (right, all)) in scores {
        println!("  {kind:<16} {right:>3} / {all}");
    }
    for line in &wrong {
        println!("{line}");
    }
    wrong
}

#[test]
fn corpus() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/targets.tsv");
    let Ok(tsv) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: the acceptance corpus {} is absent", path.display());
        return;
    };
    let rows = rows(&tsv);
    assert_eq!(rows.len(), 111, "the corpus has 111 rows");
    assert_eq!(report("corpus", &rows), Vec::<String>::new());
}

#[test]
fn unseen() {
    for tsv in [
        include_str!("../data/unseen_targets.tsv"),
        include_str!("../data/unseen_targets_2.tsv"),
        include_str!("../data/unseen_targets_3.tsv"),
    ] {
        assert_eq!(report("unseen", &rows(tsv)), Vec::<String>::new());
    }
}
