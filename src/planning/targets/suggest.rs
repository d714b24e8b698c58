use super::{Kind, Unit};
pub(super) fn unit(_l: &str, _k: Kind) -> Option<Unit> {
    None
}
