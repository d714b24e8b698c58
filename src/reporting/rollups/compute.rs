//! From what was asked to what is answered.

use super::figures::{Figure, Spread, place};
use super::metric::RollupMetric;
use super::model::{
    AdoptionCount, Comparison, MOST_OUTSIDE, MissingAdministration, ObjectiveCount, Peers, Rollup, RollupGroup, Rollups,
};
use super::store::{self, Part, Reported, Reports};
use super::territory::{self, Member, Members, PopulationClass, RollupBy, Span, Wanted};
use crate::administrations::comuni_in_time;
use crate::administrations::model::{AdministrationKind, TerritoryCode};
use crate::administrations::store as administrations;
use crate::auth::Tenants;
use crate::db::AnyConnection;
use crate::error::Problem;
use crate::metric_definitions::model::MetricKind;
use crate::text::IpaCode;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Of fewer peers nothing is told to whom their data is not open.
pub const FEWEST_PEERS: usize = 5;
/// What is told of peers is cut to so many digits.
const DIGITS: i32 = 3;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub metrics: Vec<RollupMetric>,
    pub by: RollupBy,
    pub kind: AdministrationKind,
    pub region: Option<TerritoryCode>,
    pub province: Option<TerritoryCode>,
    /// Of what is summed over a period.
    pub period: Span,
    /// Of what is counted on a day.
    pub as_of: NaiveDate,
}

impl Asked {
    fn span(&self, metric: RollupMetric) -> Span {
        if metric.is_of_a_day() { Span::day(self.as_of) } else { self.period }
    }

    fn is_narrow(&self) -> bool {
        self.region.is_some() || self.province.is_some()
    }
}

/// Who is counted in each span that is asked for, and what they reported.
struct Found {
    members: BTreeMap<Span, Members>,
    reports: Reports,
}

impl Found {
    fn members(&self, span: Span) -> &Members {
        static NOBODY: Members = Members { all: Vec::new(), outside: Vec::new() };
        self.members.get(&span).unwrap_or(&NOBODY)
    }
}

fn find(conn: &mut AnyConnection, tenants: &Tenants, asked: &Asked) -> Result<Found, Problem> {
    let registry = administrations::standing(conn, asked.kind)?;
    let spans: BTreeSet<Span> = asked.metrics.iter().map(|metric| asked.span(*metric)).collect();
    let wanted = |span| Wanted {
        kind: asked.kind,
        span,
        region: asked.region.as_ref().map(TerritoryCode::as_str),
        province: asked.province.as_ref().map(TerritoryCode::as_str),
    };
    let members: BTreeMap<_, _> =
        spans.into_iter().map(|span| (span, Members::of(&registry, &wanted(span), tenants))).collect();
    // A list of all would cost more than it spares.
    let read = match tenants {
        Tenants::All if !asked.is_narrow() => Tenants::All,
        _ => only(members.values().flat_map(Members::read)),
    };
    let reports = store::reports(conn, &read, &asked.metrics, asked.period, asked.as_of)?;
    Ok(Found { members, reports })
}

/// Each once, in order.
fn only<'a>(codes: impl Iterator<Item = &'a IpaCode>) -> Tenants {
    let codes: BTreeSet<_> = codes.collect();
    Tenants::Only(codes.into_iter().map(ToString::to_string).collect())
}

/// What a member reported, where the caller may see it.
fn reported<'r>(of: &'r HashMap<IpaCode, Reported>, member: &Member) -> Option<&'r Reported> {
    member.ipa_code.as_ref().filter(|_| member.visible).and_then(|code| of.get(code))
}

pub fn rollups(conn: &mut AnyConnection, tenants: &Tenants, asked: &Asked) -> Result<Rollups, Problem> {
    let found = find(conn, tenants, asked)?;
    let items = asked.metrics.iter().map(|metric| {
        let span = asked.span(*metric);
        let reports = found.reports.get(metric);
        rollup(*metric, span, asked.by, found.members(span), reports.unwrap_or(&HashMap::new()))
    });
    let items = items.collect();
    Ok(Rollups { by: asked.by, kind: asked.kind, comuni_known_until: comuni_in_time::known_until(), items })
}

fn rollup(
    metric: RollupMetric,
    span: Span,
    by: RollupBy,
    members: &Members,
    reports: &HashMap<IpaCode, Reported>,
) -> Rollup {
    let mut groups: BTreeMap<String, Vec<&Member>> = BTreeMap::new();
    for member in &members.all {
        groups.entry(member.group(by)).or_default().push(member);
    }
    // Classes stand in the order of their size, territories in that of their codes.
    let rank = |code: &str| PopulationClass::ALL.iter().position(|class| class.as_str() == code);
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(code, _)| (by == RollupBy::PopulationClass).then(|| rank(code)));
    let shown = groups.iter().filter(|(_, members)| members.iter().any(|member| member.visible));
    let groups =
        shown.map(|(code, members)| group(metric, code, territory::name(by, code), members, reports)).collect();
    let all: Vec<_> = members.all.iter().collect();
    let outside: Vec<_> = members.outside.iter().filter(|code| reports.contains_key(*code)).collect();
    Rollup {
        metric,
        kind: metric.kind(),
        from: span.from,
        to: span.to,
        groups,
        total: group(metric, "all", None, &all, reports),
        outside_count: outside.len() as i64,
        outside: outside.into_iter().take(MOST_OUTSIDE).cloned().collect(),
    }
}

fn group(
    metric: RollupMetric,
    code: &str,
    name: Option<String>,
    members: &[&Member],
    reports: &HashMap<IpaCode, Reported>,
) -> RollupGroup {
    let count = |is: fn(&Member) -> bool| members.iter().filter(|member| is(member)).count() as i64;
    let those: Vec<&Reported> = members.iter().filter_map(|member| reported(reports, member)).collect();
    let whole = those.iter().fold(Figure::default(), |all, one| all.plus(one.figure));
    let mut parts: BTreeMap<Part, i64> = BTreeMap::new();
    for (part, count) in those.iter().flat_map(|one| &one.parts) {
        *parts.entry(*part).or_default() += count;
    }
    let objectives = parts.iter().filter_map(|(part, count)| match part {
        Part::Objective(status) => Some(ObjectiveCount { status: status.0, objectives: *count }),
        Part::Adoption(..) => None,
    });
    let adoptions = parts.iter().filter_map(|(part, count)| match part {
        Part::Adoption(platform, status) => {
            Some(AdoptionCount { platform: *platform, status: *status, administrations: *count })
        }
        Part::Objective(_) => None,
    });
    let is_ratio = matches!(metric.kind(), MetricKind::Share | MetricKind::Mean) && !those.is_empty();
    RollupGroup {
        code: code.to_owned(),
        name,
        expected: members.len() as i64,
        expected_at_end: count(|member| member.at_end),
        visible: count(|member| member.visible),
        reported: those.len() as i64,
        undated: count(|member| member.undated),
        value: if those.is_empty() { None } else { whole.value(metric) },
        numerator: is_ratio.then(|| super::figures::round(whole.numerator as f64 * metric.scale())),
        denominator: is_ratio.then_some(whole.denominator as f64),
        spread: Spread::of(those.iter().filter_map(|one| one.figure.value(metric)).collect()),
        objectives: (metric == RollupMetric::Objectives).then(|| objectives.collect()),
        adoptions: (metric == RollupMetric::PlatformsActive).then(|| adoptions.collect()),
    }
}

/// Those of whom the caller may see that they reported nothing, in the order of their keys.
pub fn missing(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    asked: &Asked,
    metric: RollupMetric,
) -> Result<Vec<MissingAdministration>, Problem> {
    let found = find(conn, tenants, asked)?;
    let nothing = HashMap::new();
    let reports = found.reports.get(&metric).unwrap_or(&nothing);
    let missing = found.members(asked.span(metric)).all.iter();
    let missing = missing.filter(|member| member.visible && reported(reports, member).is_none());
    Ok(missing.map(MissingAdministration::of).collect())
}

impl MissingAdministration {
    fn of(member: &Member) -> Self {
        MissingAdministration {
            key: member.key.clone(),
            ipa_code: member.ipa_code.clone(),
            istat_code: member.istat_code.clone(),
            name: member.name.clone(),
            province_code: member.province_code.clone(),
            region_code: member.region_code.clone(),
            population_class: PopulationClass::of(member.population),
            ended_on: member.ended_on,
            undated: member.undated,
        }
    }
}

/// Compares one administration with its peers. What is read of them is not the caller's to see: only what is said of all
/// together leaves this function.
pub fn comparison(
    conn: &mut AnyConnection,
    tenants: &Tenants,
    home: &IpaCode,
    peers: Peers,
    metric: RollupMetric,
    mut asked: Asked,
) -> Result<Comparison, Problem> {
    asked.kind = administrations::require(conn, home, "administration")?.kind;
    let span = asked.span(metric);
    let registry = administrations::standing(conn, asked.kind)?;
    let wanted = Wanted { kind: asked.kind, span, region: None, province: None };
    let members = Members::of(&registry, &wanted, &Tenants::All);
    let Some(own) = members.all.iter().find(|member| member.ipa_code.as_ref() == Some(home)) else {
        let detail = format!("was not there on any day from {} to {}", span.from, span.to);
        return Err(Problem::invalid("administration", home, detail));
    };
    let by_region = peers != Peers::PopulationClass;
    let by_class = peers != Peers::Region;
    let class = PopulationClass::of(own.population);
    if by_region && own.region_code.is_none() {
        return Err(Problem::invalid("peers", peers, "the region of the administration is not known"));
    }
    if by_class && class == PopulationClass::Unknown {
        return Err(Problem::invalid("peers", peers, "the residents of the administration are not known"));
    }
    let others = members.all.iter().filter(|member| {
        let same_region = !by_region || member.region_code == own.region_code;
        let same_class = !by_class || PopulationClass::of(member.population) == class;
        member.key != own.key && same_region && same_class
    });
    let others: Vec<_> = others.collect();
    let read = only(others.iter().filter_map(|member| member.ipa_code.as_ref()).chain([home]));
    let mut reports = store::reports(conn, &read, &[metric], asked.period, asked.as_of)?;
    let reports = reports.remove(&metric).unwrap_or_default();
    let value = |code: &IpaCode| reports.get(code).and_then(|reported| reported.figure.value(metric));
    let told: Vec<(&IpaCode, f64)> = others
        .iter()
        .filter_map(|member| member.ipa_code.as_ref())
        .filter_map(|code| value(code).map(|value| (code, value)))
        .collect();
    let entitled = told.iter().all(|(code, _)| tenants.include(code));
    let suppressed = told.len() < FEWEST_PEERS && !entitled;
    let values: Vec<f64> = told.iter().map(|(_, value)| *value).collect();
    let own_value = value(home);
    let place = own_value.filter(|_| !suppressed).map(|own| place(own, &values, metric.direction()));
    let spread = Spread::of(values).filter(|_| !suppressed);
    Ok(Comparison {
        administration: home.clone(),
        metric,
        kind: metric.kind(),
        direction: metric.direction(),
        from: span.from,
        to: span.to,
        peers,
        region_code: own.region_code.clone().filter(|_| by_region),
        population_class: by_class.then_some(class),
        value: own_value,
        place: place.map(|(place, _)| place),
        tied: place.map(|(_, tied)| tied),
        expected: others.len() as i64,
        reported: told.len() as i64,
        spread: spread.map(|spread| if entitled { spread } else { spread.to_digits(DIGITS) }),
        suppressed,
    })
}
