//! The counts of a service in a month, as they are sent, shown and stored. A count that nobody sent is left out: that is not
//! zero.

use crate::calendar::Month;
use crate::clock::Instant;
use crate::error::Invalid;
use crate::feed::present;
use crate::money::Money;
use crate::text::{Code, IpaCode};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::schema::{Array, ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat, Type};

/// Counts of a month at most; what is more is a slip.
const MOST: i64 = 1_000_000_000_000;

/// The counts of a service in a month, as they are sent.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewServiceUsage {
    /// Code of a digital service of the administration.
    pub service_code: Code,
    /// Not in the future.
    pub month: Month,
    /// Visits.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub accesses: Option<i64>,
    /// Distinct users.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub users: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub submissions_started: Option<i64>,
    /// At most those that were started.
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub submissions_completed: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub logins_spid: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub logins_cie: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub logins_cns: Option<i64>,
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub pagopa_transactions: Option<i64>,
    /// Paid by pagoPA.
    #[serde(default, deserialize_with = "present")]
    pub pagopa_amount: Option<Money>,
    #[serde(default, deserialize_with = "present")]
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub app_io_messages: Option<i64>,
    /// How many gave 1, 2, 3, 4 and 5.
    #[serde(default, deserialize_with = "present")]
    #[schema(schema_with = satisfaction_schema)]
    pub satisfaction: Option<[i64; 5]>,
    /// What the service cost in the month, for the cost per transaction.
    #[serde(default, deserialize_with = "present")]
    pub cost: Option<Money>,
}

/// Counts that are sent together.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the body's schema; rows are read one by one")]
pub struct NewServiceUsages {
    #[schema(min_items = 1, max_items = 1000)]
    items: Vec<NewServiceUsage>,
}

/// The counts of a service in a month.
#[serde_with::skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ServiceUsage {
    pub administration: IpaCode,
    pub service_code: Code,
    pub month: Month,
    /// Visits.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub accesses: Option<i64>,
    /// Distinct users.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub users: Option<i64>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub submissions_started: Option<i64>,
    /// At most those that were started.
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub submissions_completed: Option<i64>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub logins_spid: Option<i64>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub logins_cie: Option<i64>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub logins_cns: Option<i64>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub pagopa_transactions: Option<i64>,
    /// Paid by pagoPA.
    pub pagopa_amount: Option<Money>,
    #[schema(minimum = 0, maximum = 1_000_000_000_000_i64)]
    pub app_io_messages: Option<i64>,
    /// How many gave 1, 2, 3, 4 and 5.
    #[schema(schema_with = satisfaction_schema)]
    pub satisfaction: Option<[i64; 5]>,
    /// How many said how content they are.
    #[schema(minimum = 0, maximum = 5_000_000_000_000_i64)]
    pub satisfaction_answers: Option<i64>,
    /// The mean of what they gave, 1 to 5; left out where nobody did.
    #[schema(minimum = 1, maximum = 5)]
    pub satisfaction_mean: Option<f64>,
    /// What the service cost in the month.
    pub cost: Option<Money>,
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

/// The counts of a service in a month, as they are stored within it.
#[derive(Debug, Clone)]
pub struct UsageRow {
    pub administration: IpaCode,
    pub service_code: Code,
    pub month: Month,
    pub accesses: Option<i64>,
    pub users: Option<i64>,
    pub submissions_started: Option<i64>,
    pub submissions_completed: Option<i64>,
    pub logins_spid: Option<i64>,
    pub logins_cie: Option<i64>,
    pub logins_cns: Option<i64>,
    pub pagopa_transactions: Option<i64>,
    pub pagopa_cents: Option<i64>,
    pub app_io_messages: Option<i64>,
    pub satisfaction_1: Option<i64>,
    pub satisfaction_2: Option<i64>,
    pub satisfaction_3: Option<i64>,
    pub satisfaction_4: Option<i64>,
    pub satisfaction_5: Option<i64>,
    pub cost_cents: Option<i64>,
    pub revision: i64,
    pub created_at: Instant,
    pub updated_at: Instant,
}

fn satisfaction_schema() -> Array {
    let count = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
        .maximum(Some(MOST));
    let five = ArrayBuilder::new().items(count).min_items(Some(5)).max_items(Some(5));
    five.description(Some("How many gave 1, 2, 3, 4 and 5.")).examples([serde_json::json!([2, 3, 9, 32, 54])]).build()
}

/// Answers and their mean, from how many gave 1 to 5.
pub fn answers_and_mean(given: &[i64; 5]) -> (i64, Option<f64>) {
    let (answers, points) = answers_and_points(given);
    (answers, (answers > 0).then(|| round(points as f64 / answers as f64)))
}

/// Answers, and the sum of what they gave.
pub fn answers_and_points(given: &[i64; 5]) -> (i64, i64) {
    (given.iter().sum(), (1..).zip(given).map(|(points, count)| points * count).sum())
}

/// To two decimals.
pub fn round(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

impl NewServiceUsage {
    fn counts(&self) -> [(&'static str, Option<i64>); 9] {
        [
            ("/accesses", self.accesses),
            ("/users", self.users),
            ("/submissions_started", self.submissions_started),
            ("/submissions_completed", self.submissions_completed),
            ("/logins_spid", self.logins_spid),
            ("/logins_cie", self.logins_cie),
            ("/logins_cns", self.logins_cns),
            ("/pagopa_transactions", self.pagopa_transactions),
            ("/app_io_messages", self.app_io_messages),
        ]
    }

    /// What can be said of the counts alone.
    pub fn check_counts(&self, today: NaiveDate, invalid: &mut Invalid) {
        if self.month > Month::of(today) {
            invalid.add("/month", self.month, format!("lies in the future: today is {today}"));
        }
        for (field, count) in self.counts() {
            if let Some(count) = count.filter(|count| !(0..=MOST).contains(count)) {
                invalid.add(field, count, format!("must be a whole number from 0 to {MOST}"));
            }
        }
        if let Some(wrong) = self.satisfaction.iter().flatten().find(|count| !(0..=MOST).contains(*count)) {
            invalid.add("/satisfaction", wrong, format!("must be whole numbers from 0 to {MOST}"));
        }
        if let (Some(started), Some(completed)) = (self.submissions_started, self.submissions_completed)
            && completed > started
        {
            invalid.add("/submissions_completed", completed, format!("must be at most those started, {started}"));
        }
        let nothing = self.counts().iter().all(|(_, count)| count.is_none());
        if nothing && self.pagopa_amount.is_none() && self.satisfaction.is_none() && self.cost.is_none() {
            invalid.add("", "", "at least one count is needed");
        }
    }
}

fn cents(money: Option<Money>) -> Option<i64> {
    money.map(|money| i64::try_from(money.cents()).unwrap_or(i64::MAX))
}

fn money(cents: Option<i64>) -> Option<Money> {
    cents.map(|cents| Money::of_cents(cents.unsigned_abs()))
}

impl UsageRow {
    pub fn new(input: &NewServiceUsage, home: &IpaCode, revision: i64, created_at: Instant, now: Instant) -> Self {
        let [one, two, three, four, five] = input.satisfaction.map_or([None; 5], |given| given.map(Some));
        UsageRow {
            administration: home.clone(),
            service_code: input.service_code.clone(),
            month: input.month,
            accesses: input.accesses,
            users: input.users,
            submissions_started: input.submissions_started,
            submissions_completed: input.submissions_completed,
            logins_spid: input.logins_spid,
            logins_cie: input.logins_cie,
            logins_cns: input.logins_cns,
            pagopa_transactions: input.pagopa_transactions,
            pagopa_cents: cents(input.pagopa_amount),
            app_io_messages: input.app_io_messages,
            satisfaction_1: one,
            satisfaction_2: two,
            satisfaction_3: three,
            satisfaction_4: four,
            satisfaction_5: five,
            cost_cents: cents(input.cost),
            revision,
            created_at,
            updated_at: now,
        }
    }

    fn satisfaction(&self) -> Option<[i64; 5]> {
        Some([
            self.satisfaction_1?,
            self.satisfaction_2?,
            self.satisfaction_3?,
            self.satisfaction_4?,
            self.satisfaction_5?,
        ])
    }

    pub fn input(self) -> NewServiceUsage {
        NewServiceUsage {
            satisfaction: self.satisfaction(),
            service_code: self.service_code,
            month: self.month,
            accesses: self.accesses,
            users: self.users,
            submissions_started: self.submissions_started,
            submissions_completed: self.submissions_completed,
            logins_spid: self.logins_spid,
            logins_cie: self.logins_cie,
            logins_cns: self.logins_cns,
            pagopa_transactions: self.pagopa_transactions,
            app_io_messages: self.app_io_messages,
            pagopa_amount: money(self.pagopa_cents),
            cost: money(self.cost_cents),
        }
    }
}

impl From<UsageRow> for ServiceUsage {
    fn from(row: UsageRow) -> Self {
        let satisfaction = row.satisfaction();
        let told = satisfaction.as_ref().map(answers_and_mean);
        ServiceUsage {
            administration: row.administration,
            service_code: row.service_code,
            month: row.month,
            accesses: row.accesses,
            users: row.users,
            submissions_started: row.submissions_started,
            submissions_completed: row.submissions_completed,
            logins_spid: row.logins_spid,
            logins_cie: row.logins_cie,
            logins_cns: row.logins_cns,
            pagopa_transactions: row.pagopa_transactions,
            app_io_messages: row.app_io_messages,
            pagopa_amount: money(row.pagopa_cents),
            satisfaction,
            satisfaction_answers: told.map(|(answers, _)| answers),
            satisfaction_mean: told.and_then(|(_, mean)| mean),
            cost: money(row.cost_cents),
            revision: row.revision,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl ServiceUsage {
    pub fn sample() -> Self {
        let at = Instant(1_763_719_200_000_000);
        let input = NewServiceUsage {
            service_code: Code::from_trusted("tari".to_owned()),
            month: Month::of(NaiveDate::from_ymd_opt(2024, 6, 1).unwrap_or_default()),
            accesses: Some(1204),
            users: Some(830),
            submissions_started: Some(260),
            submissions_completed: Some(231),
            logins_spid: Some(701),
            logins_cie: Some(190),
            logins_cns: Some(4),
            pagopa_transactions: Some(112),
            pagopa_amount: money(Some(1_843_250)),
            app_io_messages: Some(640),
            satisfaction: Some([2, 3, 9, 32, 54]),
            cost: None,
        };
        UsageRow::new(&input, &IpaCode::from_trusted("c_b507".to_owned()), 1, at, at).into()
    }
}
