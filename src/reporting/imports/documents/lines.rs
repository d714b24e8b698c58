//! A plain text as numbered lines, each seen as running text or as the cells of a table row.

/// A line of the input, cleaned of what only a word processor sees.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// Whether the input has anything but white space on it.
    pub counts: bool,
    /// Whether a word processor marked it as a heading.
    pub bookmarked: bool,
    /// Whether it belongs to the page, not to the text.
    furniture: bool,
    /// The line with its tabs and spaces.
    raw: String,
    /// The line as running text: every white space one blank.
    text: String,
}

/// Splits a text into lines; a BOM is dropped, every line end is known.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n");
    text.split(['\n', '\r']).enumerate().map(|(index, raw)| Line::new(index + 1, raw)).collect()
}

impl Line {
    fn new(number: usize, input: &str) -> Self {
        let (unmarked, bookmarked) = without_bookmarks(input);
        let visible = unmarked.chars().filter(|c| !is_invisible(*c));
        // A tab parts cells; any other white space, even a form feed, is a blank.
        let raw: String = visible.map(|c| if c.is_whitespace() && c != '\t' { ' ' } else { c }).collect();
        let text = raw.split_whitespace().collect::<Vec<_>>().join(" ");
        let counts = !input.trim().is_empty();
        let line = Self { number, counts, bookmarked, furniture: false, raw, text };
        Self { furniture: line.is_of_page(), ..line }
    }

    /// The line as running text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line with its tabs and spaces.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// Whether nothing can be seen on it; it may still hold tabs.
    pub fn is_blank(&self) -> bool {
        self.text.is_empty()
    }

    /// Whether it begins a cell: one cell a line, each after a tab.
    pub fn starts_cell(&self) -> bool {
        self.raw.starts_with('\t')
    }

    /// The cells of the line as a table row, parted by tabs, else by `|`, else by two or more blanks.
    pub fn cells(&self) -> Vec<&str> {
        let raw = self.raw.trim_end_matches(' ');
        if raw.contains('\t') {
            return raw.split('\t').map(str::trim).collect();
        }
        if raw.contains('|') {
            let inner = raw.trim();
            let inner = inner.strip_prefix('|').unwrap_or(inner);
            return inner.strip_suffix('|').unwrap_or(inner).split('|').map(str::trim).collect();
        }
        let mut cells = Vec::new();
        if raw.starts_with("  ") {
            cells.push("");
        }
        cells.extend(raw.split("  ").map(str::trim).filter(|cell| !cell.is_empty()));
        cells
    }

    /// The cells that hold something.
    pub fn filled(&self) -> Vec<&str> {
        self.cells().into_iter().filter(|cell| !cell.is_empty()).collect()
    }

    /// Where each cell of a line parted by wide gaps begins, in characters; nothing for other lines.
    pub fn starts(&self) -> Vec<usize> {
        let mut starts = Vec::new();
        let mut gap = 2;
        for (at, c) in self.raw.chars().enumerate() {
            if c != ' ' && gap >= 2 {
                starts.push(at);
            }
            gap = if c == ' ' { gap + 1 } else { 0 };
        }
        if self.keeps_empty_cells() { Vec::new() } else { starts }
    }

    /// How many signs part its cells, where signs do.
    pub fn separators(&self) -> usize {
        let raw = self.raw.trim_end_matches(' ');
        raw.chars().filter(|c| *c == '\t').count()
    }

    /// This line with the next one, which goes on in its last cell.
    pub fn joined(&self, next: &Line) -> Line {
        let raw = format!("{} {}", self.raw.trim_end_matches(' '), next.raw.trim_start_matches(' '));
        Line { text: format!("{} {}", self.text, next.text), raw, ..*self }
    }

    /// Whether its cells keep their places even when empty.
    pub fn keeps_empty_cells(&self) -> bool {
        self.raw.contains(['\t', '|'])
    }

    /// Whether it holds signs but no word: a ruler, or the border of a table.
    pub fn is_ruler(&self) -> bool {
        !self.is_blank() && !self.text.chars().any(|c| c.is_alphanumeric() || is_mark(c))
    }

    /// Whether it belongs to the page, not to the text: a page number, a link, an address with its e-mail.
    pub fn is_page_furniture(&self) -> bool {
        self.furniture
    }

    /// Whether it belongs to the page and is no row of a table.
    pub fn is_foot(&self) -> bool {
        self.furniture && !self.keeps_empty_cells()
    }

    fn is_of_page(&self) -> bool {
        // A long line is text; so is one whose first letter begins none of these.
        let likely = |c: char| !c.is_alphabetic() || "pmhwvclu".contains(c.to_ascii_lowercase());
        if self.text.len() > 300 || !self.text.starts_with(likely) {
            return false;
        }
        let lower = self.text.to_lowercase();
        let page = lower.strip_prefix("pagina ").or_else(|| lower.strip_prefix("pag. "));
        let numbered = page.is_some_and(|rest| rest.len() <= 20 && rest.starts_with(|c: char| c.is_ascii_digit()));
        let number = lower
            .trim_matches(['-', '–', ' ', '.'])
            .split('/')
            .all(|part| (1..=3).contains(&part.trim().len()) && part.trim().bytes().all(|byte| byte.is_ascii_digit()));
        let link = ["mailto:", "http://", "https://", "www."].iter().any(|start| lower.starts_with(start));
        let street = ["piazza ", "via ", "viale ", "corso ", "largo ", "p.zza "];
        let address = lower.contains('@') && street.iter().any(|start| lower.starts_with(start));
        numbered || number || self.is_running_foot() || address || (link && !lower.contains(' '))
    }
}

impl Line {
    /// "Comune di … – Piano 2024        12": the plan's name with a page number after a gap.
    fn is_running_foot(&self) -> bool {
        let filled = self.filled();
        let [first, .., last] = filled.as_slice() else { return false };
        let lower = first.to_lowercase();
        let page = last.len() <= 3 && last.bytes().all(|byte| byte.is_ascii_digit());
        page && filled.len() == 2
            && ["comune ", "città ", "unione ", "piano "].iter().any(|start| lower.starts_with(start))
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{fffd}')
        || (c.is_control() && !c.is_whitespace())
}

/// A sign that fills a cell of a Gantt.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        'x' | 'X'
            | '×'
            | '✕'
            | '✗'
            | '✓'
            | '✔'
            | '■'
            | '█'
            | '●'
            | '▪'
            | '◼'
            | '*'
            | '#'
            | '☑'
            | '☒'
            | '✅'
            | '⬛'
            | '▓'
            | '▒'
            | '◾'
            | '◆'
            | '•'
    )
}

/// Drops the "[bookmark: …]" that converters leave before headings.
fn without_bookmarks(line: &str) -> (String, bool) {
    if !line.contains('[') {
        return (line.to_owned(), false);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("[bookmark:") {
        kept.push_str(before);
        rest = after.split_once(']').map_or("", |(_, after)| after);
    }
    kept.push_str(rest);
    let found = kept.len() != line.len();
    (kept, found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_is_known_and_the_numbers_are_right() {
        let all = lines("\u{feff}a\r\nb\rc\n\nd");
        let numbered: Vec<_> = all.iter().map(|line| (line.number, line.text())).collect();
        assert_eq!(numbered, [(1, "a"), (2, "b"), (3, "c"), (4, ""), (5, "d")]);
    }

    #[test]
    fn cells_are_parted_by_tabs_bars_or_wide_gaps() {
        let cells = |text: &str| lines(text)[0].cells().iter().map(|cell| cell.to_string()).collect::<Vec<_>>();
        assert_eq!(cells("a\t b  c\t\t"), ["a", "b  c", "", ""]);
        assert_eq!(cells("| a | | b |"), ["a", "", "b"]);
        assert_eq!(cells("a b   c\u{a0}\u{a0}d "), ["a b", "c", "d"]);
        assert_eq!(cells("   b  c"), ["", "b", "c"]);
    }

    #[test]
    fn bookmarks_and_invisible_signs_vanish() {
        let all = lines("[bookmark: _Toc1]Premessa\u{200b}");
        assert_eq!((all[0].text(), all[0].bookmarked), ("Premessa", true));
        assert!(lines("[bookmark: never closed")[0].is_blank());
    }

    #[test]
    fn pages_have_furniture() {
        for text in
            ["Pagina 8 di 19", "mailto:ente@pec.it", "https://example.org/a", "Piazza Roma, 1 – PEC ente@pec.it"]
        {
            assert!(lines(text)[0].is_page_furniture(), "{text}");
        }
        assert!(!lines("Pagina web dei servizi")[0].is_page_furniture());
    }
}
