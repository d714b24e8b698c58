//! A month of an administration as it is stored: in pages of its services, each one row, with their counts as JSON and the
//! sums of these in another row. A thousand services are eight rows to write and not a thousand; one service alone takes its
//! page along and no more; what is summed over months, or over the country, reads no service.

use super::model::{NewServiceUsage, UsageRow};
use super::sums::UsageTotals;
use crate::calendar::Month;
use crate::clock::Instant;
use crate::db::bulk::bulk_row;
use crate::db::schema::service_usage;
use crate::text::{Code, IpaCode};
use diesel::prelude::*;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What stands for a service, by its place. A new count is appended: in rows that were written before it there is none.
pub const NUMBERS: [&str; 19] = [
    "revision",
    "created_at",
    "updated_at",
    "accesses",
    "users",
    "submissions_started",
    "submissions_completed",
    "logins_spid",
    "logins_cie",
    "logins_cns",
    "pagopa_transactions",
    "pagopa_cents",
    "app_io_messages",
    "satisfaction_1",
    "satisfaction_2",
    "satisfaction_3",
    "satisfaction_4",
    "satisfaction_5",
    "cost_cents",
];

/// The place of the revision: the row's own, of the batch in which it last changed.
pub const REVISION: usize = 0;
/// The place of the first of the five counts of satisfaction.
pub const SATISFACTION: usize = 13;

/// The numbers of a service, in the order of [`NUMBERS`].
pub type Numbers = [Option<i64>; NUMBERS.len()];

/// Services of a page, at most.
const MOST: usize = 128;

/// Which services a page is for, whether they have counts or not: together the pages of a month are for all.
#[derive(Debug, Clone)]
pub struct Bounds {
    pub month: Month,
    /// Beyond this code; empty for the first page.
    pub after_code: String,
    /// Up to this code; [`Bounds::END`] for the last page.
    pub last_code: String,
}

impl Bounds {
    /// Beyond every code.
    pub const END: &'static str = "~";

    /// Those of the page that a row belongs to, among these in order. A month has all its pages or none.
    pub fn of(row: &NewServiceUsage, known: &[Bounds]) -> Self {
        let place = (row.month, row.service_code.as_str());
        let at = known.partition_point(|bounds| (bounds.month, bounds.last_code.as_str()) < place);
        let found = known.get(at).filter(|bounds| bounds.hold(row));
        found.cloned().unwrap_or_else(|| Bounds::whole(row.month))
    }

    /// Of a month that has no page yet.
    pub fn whole(month: Month) -> Self {
        Bounds { month, after_code: String::new(), last_code: Bounds::END.to_owned() }
    }

    pub fn hold(&self, row: &NewServiceUsage) -> bool {
        let code = row.service_code.as_str();
        self.month == row.month && self.after_code.as_str() < code && code <= self.last_code.as_str()
    }

    /// Whether a row comes before the page.
    pub fn begin_after(&self, row: &NewServiceUsage) -> bool {
        (row.month, row.service_code.as_str()) <= (self.month, self.after_code.as_str())
    }
}

/// A page: `{"nido":[7,…],"tari":[7,…]}`, in the order of the codes.
#[derive(Debug, Clone, Queryable)]
pub struct UsagePage {
    pub administration: IpaCode,
    pub month: Month,
    pub last_code: String,
    pub after_code: String,
    /// Of the latest of its rows.
    pub revision: i64,
    pub services: String,
}

bulk_row!(UsagePage: service_usage (administration, month, last_code; after_code, revision, services));

/// The rows of a page, in the order of their codes, as the page that they are, or as several where they have become too many.
pub fn pack(home: &IpaCode, bounds: &Bounds, rows: &[UsageRow]) -> Vec<(UsagePage, UsageTotals)> {
    let (month, mut after_code) = (bounds.month, bounds.after_code.as_str());
    let even = rows.len().div_ceil(rows.len().div_ceil(MOST).max(1)).max(1);
    let pieces = rows.chunks(even);
    let last = pieces.len().saturating_sub(1);
    let pieces = pieces.enumerate().map(|(number, rows)| {
        let last_code = match rows.last() {
            Some(row) if number < last => row.service_code.as_str(),
            _ => bounds.last_code.as_str(),
        };
        let bounds = (std::mem::replace(&mut after_code, last_code), last_code);
        page(home, month, bounds, rows)
    });
    pieces.collect()
}

fn page(
    home: &IpaCode,
    month: Month,
    (after_code, last_code): (&str, &str),
    rows: &[UsageRow],
) -> (UsagePage, UsageTotals) {
    let mut services = String::with_capacity(rows.len() * 128);
    let mut sums = UsageTotals::none(home, month, last_code);
    for row in rows {
        services.push(if services.is_empty() { '{' } else { ',' });
        write_service(&mut services, row);
        sums.add(row);
    }
    services.push('}');
    let page = UsagePage {
        administration: home.clone(),
        month,
        last_code: last_code.to_owned(),
        after_code: after_code.to_owned(),
        revision: sums.revision,
        services,
    };
    (page, sums)
}

/// `"tari":[7,…]`; what nothing follows is left out.
fn write_service(out: &mut String, row: &UsageRow) {
    out.push('"');
    // A code has no character that JSON writes otherwise.
    out.push_str(row.service_code.as_str());
    out.push_str("\":");
    let numbers = row.numbers();
    let told = numbers.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    let mut digits = itoa::Buffer::new();
    for (place, number) in numbers[..told].iter().enumerate() {
        out.push(if place == 0 { '[' } else { ',' });
        out.push_str(number.map_or("null", |number| digits.format(number)));
    }
    out.push(']');
}

impl UsagePage {
    pub fn bounds(&self) -> Bounds {
        let (after_code, last_code) = (self.after_code.clone(), self.last_code.clone());
        Bounds { month: self.month, after_code, last_code }
    }

    /// The rows of some of its services, by their codes.
    pub fn rows(&self, wanted: impl FnMut(&str) -> bool) -> serde_json::Result<Vec<UsageRow>> {
        let mut rows = Vec::new();
        let UsagePage { administration, month, .. } = self;
        unpack(self.services.as_bytes(), wanted, |code, numbers| {
            rows.push(UsageRow::of_numbers(administration, *month, code, numbers));
        })?;
        Ok(rows)
    }
}

/// Hands the wanted services of a page on, in the order of their codes; the others' numbers are not read.
pub fn unpack<'de>(
    services: &'de [u8],
    wanted: impl FnMut(&str) -> bool,
    each: impl FnMut(&'de str, &Numbers),
) -> serde_json::Result<()> {
    struct Services<W, F>(W, F);
    impl<'de, W: FnMut(&str) -> bool, F: FnMut(&'de str, &Numbers)> Visitor<'de> for Services<W, F> {
        type Value = ();
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("services with their numbers")
        }
        fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
            while let Some(code) = map.next_key()? {
                if (self.0)(code) {
                    let Counts(numbers) = map.next_value()?;
                    (self.1)(code, &numbers);
                } else {
                    map.next_value::<IgnoredAny>()?;
                }
            }
            Ok(())
        }
    }
    serde_json::Deserializer::from_slice(services).deserialize_map(Services(wanted, each))
}

struct Counts(Numbers);

impl<'de> Deserialize<'de> for Counts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Counts;
            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("numbers")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Counts, A::Error> {
                let mut numbers = [None; NUMBERS.len()];
                for number in &mut numbers {
                    match seq.next_element()? {
                        Some(told) => *number = told,
                        None => return Ok(Counts(numbers)),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Counts(numbers))
            }
        }
        deserializer.deserialize_seq(InOrder)
    }
}

impl UsageRow {
    fn numbers(&self) -> Numbers {
        [
            Some(self.revision),
            Some(self.created_at.0),
            Some(self.updated_at.0),
            self.accesses,
            self.users,
            self.submissions_started,
            self.submissions_completed,
            self.logins_spid,
            self.logins_cie,
            self.logins_cns,
            self.pagopa_transactions,
            self.pagopa_cents,
            self.app_io_messages,
            self.satisfaction_1,
            self.satisfaction_2,
            self.satisfaction_3,
            self.satisfaction_4,
            self.satisfaction_5,
            self.cost_cents,
        ]
    }

    fn of_numbers(administration: &IpaCode, month: Month, code: &str, numbers: &Numbers) -> Self {
        let [revision, created_at, updated_at, accesses, users, submissions_started, rest @ ..] = *numbers;
        let [submissions_completed, logins_spid, logins_cie, logins_cns, pagopa_transactions, rest @ ..] = rest;
        let [pagopa_cents, app_io_messages, satisfaction_1, satisfaction_2, satisfaction_3, rest @ ..] = rest;
        let [satisfaction_4, satisfaction_5, cost_cents] = rest;
        UsageRow {
            administration: administration.clone(),
            service_code: Code::from_trusted(code.to_owned()),
            month,
            accesses,
            users,
            submissions_started,
            submissions_completed,
            logins_spid,
            logins_cie,
            logins_cns,
            pagopa_transactions,
            pagopa_cents,
            app_io_messages,
            satisfaction_1,
            satisfaction_2,
            satisfaction_3,
            satisfaction_4,
            satisfaction_5,
            cost_cents,
            revision: revision.unwrap_or_default(),
            created_at: Instant(created_at.unwrap_or_default()),
            updated_at: Instant(updated_at.unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(code: &str, numbers: &Numbers) -> UsageRow {
        let home = IpaCode::from_trusted("c_b507".to_owned());
        UsageRow::of_numbers(&home, Month::of(chrono::NaiveDate::from_ymd_opt(2024, 6, 1).unwrap()), code, numbers)
    }

    fn packed(rows: &[UsageRow]) -> Vec<(UsagePage, UsageTotals)> {
        pack(&rows[0].administration, &Bounds::whole(rows[0].month), rows)
    }

    proptest! {
        #[test]
        fn what_is_packed_is_unpacked(
            services in proptest::collection::btree_map(
                "[A-Za-z0-9][A-Za-z0-9._-]{0,8}",
                (0..1_000_000_i64, proptest::array::uniform16(proptest::option::of(0..1_000_000_000_000_i64))),
                1..400,
            ),
        ) {
            let rows: Vec<_> = services.iter().map(|(code, (revision, counts))| {
                let mut numbers = [Some(*revision); NUMBERS.len()];
                numbers[3..].copy_from_slice(counts);
                row(code, &numbers)
            }).collect();
            let pages = packed(&rows);
            let told = |rows: &[UsageRow]| format!("{rows:?}");
            let unpacked: Vec<_> = pages.iter().flat_map(|(page, _)| page.rows(|_| true).unwrap()).collect();
            prop_assert_eq!(told(&unpacked), told(&rows));
            let sum = |of: fn(&UsageTotals) -> Option<i64>| pages.iter().filter_map(|(_, sums)| of(sums)).sum::<i64>();
            prop_assert_eq!(sum(|sums| Some(sums.counted)) as usize, rows.len());
            prop_assert_eq!(sum(|sums| sums.accesses), rows.iter().filter_map(|row| row.accesses).sum::<i64>());
            let both = rows.iter().filter_map(|row| Some((row.submissions_started?, row.submissions_completed?)));
            let (started, completed): (Vec<_>, Vec<_>) = both.unzip();
            prop_assert_eq!(sum(|sums| sums.started), started.iter().sum::<i64>());
            prop_assert_eq!(sum(|sums| sums.completed_of_started), completed.iter().sum::<i64>());
            prop_assert!(rows.iter().any(|row| row.cost_cents.is_some()) || pages.iter().all(|(_, sums)| sums.cost_cents.is_none()));
            // The pages are for every code, each for its own.
            prop_assert_eq!(pages[0].0.after_code.as_str(), "");
            prop_assert_eq!(pages[pages.len() - 1].0.last_code.as_str(), Bounds::END);
            prop_assert!(pages.windows(2).all(|two| two[0].0.last_code == two[1].0.after_code));
            for (page, sums) in &pages {
                let rows = page.rows(|_| true).unwrap();
                prop_assert!((1..=MOST).contains(&rows.len()));
                prop_assert!(rows.iter().all(|row| page.bounds().hold(&row.clone().input())));
                prop_assert_eq!((Some(page.revision), sums.revision), (rows.iter().map(|row| row.revision).max(), page.revision));
            }
        }
    }

    #[test]
    fn places_that_are_named_are_where_they_say() {
        assert_eq!(NUMBERS[REVISION], "revision");
        let names = ["satisfaction_1", "satisfaction_2", "satisfaction_3", "satisfaction_4", "satisfaction_5"];
        assert_eq!(NUMBERS[SATISFACTION..SATISFACTION + 5], names);
    }

    #[test]
    fn a_page_is_read_by_its_places() {
        let mut numbers = [None; NUMBERS.len()];
        numbers[..5].copy_from_slice(&[Some(7), Some(1), Some(2), None, Some(12)]);
        let (page, _) = packed(&[row("nido", &numbers), row("tari", &numbers)]).remove(0);
        assert_eq!(page.services, r#"{"nido":[7,1,2,null,12],"tari":[7,1,2,null,12]}"#);
        let rows = page.rows(|code| code == "tari").unwrap();
        assert_eq!((rows.len(), rows[0].users, rows[0].accesses), (1, Some(12), None));
    }

    /// Written by a later version: what this one does not know is passed over.
    #[test]
    fn more_numbers_than_are_known_are_passed_over() {
        let many = format!("{{\"a\":[{}],\"b\":[1]}}", vec!["5"; NUMBERS.len() + 2].join(","));
        let mut seen = Vec::new();
        unpack(many.as_bytes(), |_| true, |code, numbers| seen.push((code.to_owned(), numbers[0], numbers[18])))
            .unwrap();
        assert_eq!(seen, [("a".to_owned(), Some(5), Some(5)), ("b".to_owned(), Some(1), None)]);
    }
}
