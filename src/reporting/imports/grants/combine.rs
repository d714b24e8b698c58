//! Several applications of one body for one platform, as one adoption. Pure.

use crate::platform_adoptions::model::{Grant, GrantStatus, PlatformAdoption};
use chrono::NaiveDate;

/// The dates that applications tell: planned, started, active, withdrawn.
pub type Dates = [Option<NaiveDate>; 4];

/// What became of an application among those that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merged {
    New,
    Changed,
    Same,
    /// What is known is of a later day: it stays.
    Outdated,
}

/// Puts an application among the others: in place of itself where it was known. They stand in the order of their sending.
pub fn merge(grants: &mut Vec<Grant>, grant: &Grant) -> Merged {
    match grants.iter_mut().find(|known| known.is_same_application(grant)) {
        Some(known) if known == grant => Merged::Same,
        Some(known) if known.status_on > grant.status_on => Merged::Outdated,
        Some(known) => {
            *known = grant.clone();
            Merged::Changed
        }
        None => {
            let key = |grant: &Grant| (grant.submitted_on, grant.status_on, grant.cup.clone(), grant.notice.clone());
            let place = grants.partition_point(|known| key(known) <= key(grant));
            grants.insert(place, grant.clone());
            Merged::New
        }
    }
}

/// The dates of an adoption that these applications tell: paid ones count before those under way, these before renounced
/// ones; of several alike the latest date. What came before is told by the same applications, no later than that.
pub fn dates(grants: &[Grant]) -> Dates {
    let of = |status: GrantStatus| grants.iter().filter(move |grant| grant.status == status);
    let latest = |status: GrantStatus| of(status).map(|grant| grant.status_on).max();
    let (active, withdrawn) = match (latest(GrantStatus::Paid), latest(GrantStatus::Financed)) {
        (Some(paid), _) => (Some(paid), None),
        (None, Some(_)) => (None, None),
        (None, None) => (None, latest(GrantStatus::Renounced)),
    };
    let told: Vec<_> = match withdrawn {
        Some(_) => grants.iter().collect(),
        None => of(GrantStatus::Paid).chain(of(GrantStatus::Financed)).collect(),
    };
    let started = match (active, withdrawn) {
        (None, None) => latest(GrantStatus::Financed),
        _ => told.iter().filter_map(|grant| grant.financed_on).min(),
    };
    let planned = told.iter().filter_map(|grant| grant.submitted_on).min();
    // Each no later than what follows it.
    let started = no_later(started, active.or(withdrawn));
    [no_later(planned, started.or(active).or(withdrawn)), started, active, withdrawn]
}

fn no_later(date: Option<NaiveDate>, bound: Option<NaiveDate>) -> Option<NaiveDate> {
    match (date, bound) {
        (Some(date), Some(bound)) => Some(date.min(bound)),
        (date, _) => date,
    }
}

/// Sets the grants of an adoption, and its dates where it is new or they were the grants' own. What people stated stays: of
/// it the grants only raise a weaker status, by the date that is lacking.
pub fn apply(adoption: &mut PlatformAdoption, grants: Vec<Grant>, is_new: bool) {
    let told = dates(&grants);
    let was_told = is_new || (!adoption.grants.is_empty() && adoption.dates() == dates(&adoption.grants));
    adoption.grants = grants.into();
    let dates = if was_told { told } else { raise(adoption, told) };
    [adoption.planned_on, adoption.started_on, adoption.active_from, adoption.withdrawn_on] = dates;
}

fn raise(adoption: &PlatformAdoption, told: Dates) -> Dates {
    use crate::platform_adoptions::model::AdoptionStatus;
    let stated = adoption.dates();
    let undated = stated.iter().all(Option::is_none);
    let rank = |dates: &Dates| dates.iter().rposition(Option::is_some).unwrap_or(0);
    let stated_rank = match adoption.status {
        AdoptionStatus::InProgress if undated => 1,
        AdoptionStatus::Active if undated => 2,
        AdoptionStatus::Withdrawn if undated => 3,
        _ => rank(&stated),
    };
    // Withdrawn for good, or as far as the grants go: as it was stated. A renounced grant takes nothing back.
    if stated_rank >= rank(&told) || rank(&told) == 3 {
        return stated;
    }
    let mut dates = told;
    for (date, stated) in dates.iter_mut().zip(stated) {
        *date = stated.or(*date);
    }
    // In the order of the steps, the furthest first: an earlier one is never after it.
    for step in (0..3).rev() {
        let bound = dates[step + 1..].iter().flatten().min().copied();
        dates[step] = no_later(dates[step], bound);
    }
    dates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform_adoptions::model::{AdoptionStatus, Cup, NewPlatformAdoption, Platform};
    use crate::text::{IpaCode, Line};

    fn day(text: &str) -> Option<NaiveDate> {
        Some(text.parse().unwrap())
    }

    fn grant(cup: u32, status: GrantStatus, on: &str) -> Grant {
        Grant {
            cup: Cup::parse(&format!("D21F2200377{cup:04}")).unwrap(),
            notice: Line::parse("1.4.3 - pagoPA").unwrap(),
            status,
            status_on: on.parse().unwrap(),
            amount: None,
            submitted_on: day("2022-04-05"),
            financed_on: day("2022-08-02"),
            decree: None,
        }
    }

    #[test]
    fn active_wins_over_in_progress_wins_over_withdrawn() {
        use GrantStatus::{Financed, Paid, Renounced};
        let (a, e, r) =
            (grant(1, Financed, "2022-08-02"), grant(2, Paid, "2024-10-31"), grant(3, Renounced, "2023-01-01"));
        let told = |grants: &[&Grant]| dates(&grants.iter().map(|one| (*one).clone()).collect::<Vec<_>>());
        let sent = day("2022-04-05");
        assert_eq!(told(&[&a]), [sent, day("2022-08-02"), None, None]);
        assert_eq!(told(&[&e, &a]), [sent, day("2022-08-02"), day("2024-10-31"), None]);
        assert_eq!(told(&[&r, &a]), [sent, day("2022-08-02"), None, None]);
        assert_eq!(told(&[&r]), [sent, day("2022-08-02"), None, day("2023-01-01")]);
        assert_eq!(told(&[&r, &grant(4, Renounced, "2023-05-01")])[3], day("2023-05-01"));
        assert_eq!(told(&[]), [None; 4]);
    }

    #[test]
    fn an_application_is_known_again() {
        let mut grants = Vec::new();
        let financed = grant(1, GrantStatus::Financed, "2022-08-02");
        assert_eq!(merge(&mut grants, &financed), Merged::New);
        assert_eq!(merge(&mut grants, &financed), Merged::Same);
        assert_eq!(merge(&mut grants, &grant(1, GrantStatus::Paid, "2024-10-31")), Merged::Changed);
        assert_eq!(merge(&mut grants, &grant(2, GrantStatus::Paid, "2024-10-31")), Merged::New);
        assert_eq!(grants.len(), 2);
        assert_eq!(merge(&mut grants, &financed), Merged::Outdated);
    }

    #[test]
    fn what_people_stated_stays() {
        let at = crate::clock::Instant(0);
        let bare = NewPlatformAdoption::bare(IpaCode::parse("c_b507").unwrap(), Platform::Spid);
        let stated = NewPlatformAdoption { active_from: day("2017-03-01"), ..bare.clone() };
        let row = |input, status| {
            PlatformAdoption::new(input, status, crate::ids::Id::from_trusted(String::new()), 1, at, at)
        };
        let mut active = row(stated, AdoptionStatus::Active);
        apply(&mut active, vec![grant(1, GrantStatus::Financed, "2022-08-02")], false);
        assert_eq!(active.dates(), [None, None, day("2017-03-01"), None]);
        apply(&mut active, vec![grant(1, GrantStatus::Renounced, "2023-08-02")], false);
        assert_eq!(active.dates(), [None, None, day("2017-03-01"), None]);
        let planned = NewPlatformAdoption { planned_on: day("2021-01-01"), ..bare };
        let mut raised = row(planned, AdoptionStatus::Planned);
        apply(&mut raised, vec![grant(1, GrantStatus::Paid, "2024-10-31")], false);
        assert_eq!(raised.dates(), [day("2021-01-01"), day("2022-08-02"), day("2024-10-31"), None]);
    }
}
