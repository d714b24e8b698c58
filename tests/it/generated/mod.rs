//! Plans made by chance in the layouts of the seeds, each with what it says and which remarks it calls for.

pub mod areas;
pub mod dice;
pub mod gantt;
pub mod sheet;
pub mod sheets;

/// A plan as a text, what it says as [`crate::other_plans::told`] puts it, and the remarks it calls for.
#[derive(Debug, Default)]
pub struct Made {
    pub text: String,
    pub told: String,
    /// Lines that are read with a warning or refused, each with words of the reason.
    pub notes: Vec<(usize, &'static str)>,
}

/// The lines of a plan while it is made.
#[derive(Default)]
pub struct Page {
    lines: Vec<String>,
}

impl Page {
    /// Adds a line and gives its number, from 1.
    pub fn line(&mut self, text: impl Into<String>) -> usize {
        self.lines.push(text.into());
        self.lines.len()
    }

    /// Adds a line and a blank one.
    pub fn paragraph(&mut self, text: impl Into<String>) -> usize {
        let line = self.line(text);
        self.line("");
        line
    }

    pub fn text(&self, end: &str) -> String {
        self.lines.join(end) + end
    }
}

/// A text, or the dash that stands for none.
pub fn or(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}
