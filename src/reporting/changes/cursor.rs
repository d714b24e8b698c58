//! Where a consumer stands: opaque to it, and of use to the database alone that gave it, as it was then.

use crate::clock::Instant;
use crate::db::Horizon;
use crate::error::{Kind, Problem};
use crate::reporting::datasets::{DataResource, Naming, store::Bind};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

crate::text::text_type!(
    /// Where the change feed goes on: from an earlier page, or from an export. Opaque.
    ChangeCursor, 8..=600, "^[A-Za-z0-9_-]+$",
    "a cursor of the change feed", "MQpmMDk3YjRjMAplM2IwYzQ0Mgo",
    |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)).then(|| text.to_owned())
);

const VERSION: &str = "1";
const SECONDS_OF_A_DAY: i64 = 86_400;

/// A place in the feed: after the changes of a revision up to this kind of record, administration and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub revision: i64,
    /// [`DataResource::rank`]; 0 for what was removed.
    pub rank: u8,
    pub administration: String,
    pub name: String,
}

impl Position {
    /// Before everything.
    pub fn start() -> Self {
        Position { revision: 0, rank: u8::MAX, administration: String::new(), name: String::new() }
    }

    /// After everything below a revision.
    pub fn below(revision: i64) -> Self {
        Position { revision: revision - 1, ..Position::start() }
    }

    /// The order of the feed. Names sort as their parts do.
    pub fn sort_key(&self) -> (i64, u8, &str, Vec<Bind>) {
        (self.revision, self.rank, &self.administration, self.parts().unwrap_or_default())
    }

    /// The parts of the name, as values of the columns that hold them.
    pub fn parts(&self) -> Option<Vec<Bind>> {
        if self.rank == u8::MAX {
            return Some(Vec::new());
        }
        match DataResource::ALL.iter().find(|resource| resource.rank() == self.rank) {
            Some(resource) => resource.dataset().naming.parts(&self.name),
            None => {
                let (resource, id) = self.name.split_once(' ')?;
                Some(vec![Bind::Text(resource.to_owned()), Bind::Text(id.to_owned())])
            }
        }
    }
}

/// A cursor, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    instance: String,
    epoch: String,
    /// Up to when its holder has everything: from then on tombstones must still be there.
    pub complete_at: i64,
    /// An event that the database must know.
    pub event: Option<(i64, String)>,
    pub position: Position,
}

/// Eight hexadecimal digits are enough to tell one from another.
fn short(text: &str) -> String {
    crate::text::hexadecimal(&Sha256::digest(text)[..4])
}

impl Place {
    /// Where a snapshot stands; `complete_at` in seconds.
    pub fn of(horizon: &Horizon, complete_at: i64, position: Position) -> Self {
        let event = horizon.event_revision.zip(horizon.event_id.as_deref().map(short));
        Place { instance: short(&horizon.instance), epoch: short(&horizon.epoch), complete_at, event, position }
    }

    /// After everything that a snapshot holds.
    pub fn at_the_end(horizon: &Horizon, now: Instant) -> Self {
        Place::of(horizon, now.seconds(), Position::below(horizon.revision))
    }

    pub fn cursor(&self) -> ChangeCursor {
        let (event_revision, event_id) = self.event.clone().unwrap_or_default();
        let Position { revision, rank, administration, name } = &self.position;
        let text = format!(
            "{VERSION}\n{}\n{}\n{}\n{event_revision}\n{event_id}\n{revision}\n{rank}\n{administration}\n{name}",
            self.instance, self.epoch, self.complete_at
        );
        ChangeCursor::from_trusted(BASE64_URL_SAFE_NO_PAD.encode(text))
    }

    /// `None` where it is no cursor of any change feed.
    pub fn parse(cursor: &ChangeCursor) -> Option<Self> {
        let text = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(cursor.as_str()).ok()?).ok()?;
        let parts: Vec<_> = text.split('\n').collect();
        let [VERSION, instance, epoch, complete_at, event_revision, event_id, revision, rank, administration, name] =
            parts[..]
        else {
            return None;
        };
        let event_revision: i64 = event_revision.parse().ok()?;
        let position = Position {
            revision: revision.parse().ok()?,
            rank: rank.parse().ok()?,
            administration: administration.to_owned(),
            name: name.to_owned(),
        };
        position.parts()?;
        Some(Place {
            instance: instance.to_owned(),
            epoch: epoch.to_owned(),
            complete_at: complete_at.parse().ok()?,
            event: (event_revision > 0).then(|| (event_revision, event_id.to_owned())),
            position,
        })
    }

    /// Whether an event is the one that the cursor names.
    pub fn names(&self, event_id: &str) -> bool {
        self.event.as_ref().is_some_and(|(_, known)| *known == short(event_id))
    }

    /// Refuses a cursor from which nothing can be followed here.
    pub fn check(&self, horizon: &Horizon, event_is_known: bool, now: Instant, days: i32) -> Result<(), Problem> {
        let gone = |why: &str| Err(gone(why));
        if self.instance != short(&horizon.instance) {
            let detail = "was given by another instance of this service: take an export here and go on from its cursor";
            return Err(Problem::invalid("cursor", self.cursor(), detail));
        }
        if self.epoch != short(&horizon.epoch) || self.position.revision >= horizon.revision || !event_is_known {
            return gone("The database was restored or moved since this cursor was given.");
        }
        if now.seconds().saturating_sub(self.complete_at) > i64::from(days) * SECONDS_OF_A_DAY {
            return gone(&format!("The cursor is older than {days} days; what was removed before is no longer told."));
        }
        Ok(())
    }
}

/// The feed cannot be followed from there, and what to do.
pub fn gone(why: &str) -> Problem {
    const REMEDY: &str = "Take an export of each data set that you keep, and go on from the cursor that it states.";
    Problem::new(Kind::Gone, format!("{why} {REMEDY}"))
}

/// What a record is called outside: its id, or what its sender calls it, from the administration down.
pub fn public_key(naming: Naming, administration: &str, name: &str) -> String {
    let dashed = |text: &str| match (naming, text.len()) {
        (Naming::Days, 8) => format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]),
        (Naming::Usage, 6) => format!("{}-{}", &text[..4], &text[4..]),
        _ => text.to_owned(),
    };
    match naming {
        Naming::Administration => administration.to_owned(),
        Naming::Id => name.to_owned(),
        Naming::Registrations => format!("{administration}~{name}"),
        Naming::Days | Naming::Usage => match name.rsplit_once('~') {
            Some((code, date)) => format!("{administration}~{code}~{}", dashed(date)),
            None => format!("{administration}~{name}"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn horizon(revision: i64) -> Horizon {
        Horizon {
            revision,
            future: revision,
            instance: "a".to_owned(),
            epoch: "b".to_owned(),
            event_revision: Some(3),
            event_id: Some("019a4b52-7c00-7000-8000-00000000000a".to_owned()),
        }
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back_as_it_was_given(revision in 0_i64..1 << 52, month in 199_001_i32..210_012) {
            let rank = DataResource::ServiceUsage.rank();
            let name = format!("FIDO-12~{month}");
            let position = Position { revision, rank, administration: "c_b507".to_owned(), name };
            for position in [position, Position::start(), Position::below(revision + 1)] {
                let place = Place::of(&horizon(9), 5, position);
                prop_assert_eq!(Place::parse(&place.cursor()), Some(place));
            }
        }

        #[test]
        fn nothing_else_is_a_cursor(text in "[A-Za-z0-9_-]{8,200}") {
            let cursor = ChangeCursor::from_trusted(text);
            if let Some(place) = Place::parse(&cursor) {
                prop_assert_eq!(place.cursor(), cursor);
            }
        }
    }

    #[test]
    fn a_cursor_holds_where_it_was_given_alone() {
        let (now, then) = (Instant(86_400_000_000 * 400), 0);
        let place = Place::of(&horizon(9), then, Position::below(9));
        assert!(place.check(&horizon(9), true, now, 400).is_ok());
        let kind = |checked: Result<(), Problem>| checked.err().map(|problem| problem.kind);
        assert_eq!(kind(place.check(&horizon(9), true, now, 399)), Some(Kind::Gone));
        assert_eq!(kind(place.check(&horizon(8), true, now, 400)), Some(Kind::Gone));
        assert_eq!(kind(place.check(&horizon(9), false, now, 400)), Some(Kind::Gone));
        let restored = Horizon { epoch: "c".to_owned(), ..horizon(9) };
        assert_eq!(kind(place.check(&restored, true, now, 400)), Some(Kind::Gone));
        let another = Horizon { instance: "z".to_owned(), ..horizon(9) };
        assert_eq!(kind(place.check(&another, true, now, 400)), Some(Kind::Invalid));
        assert!(place.names("019a4b52-7c00-7000-8000-00000000000a"));
        assert!(!place.names("019a4b52-7c00-7000-8000-00000000000b"));
    }
}
