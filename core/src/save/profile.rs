//! A profile for Wireshark: colours as on the page, a column for comments, names.

/// The files of its folder: each one's name, and what it holds. Wireshark calls the profile
/// as the folder is called.
pub const FILES: &[(&str, &str)] = &[
    ("colorfilters", include_str!("profile/colorfilters")),
    ("dfilter_buttons", include_str!("profile/dfilter_buttons")),
    ("preferences", include_str!("profile/preferences")),
];

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = include_str!("../../../web/page/styles/base.css");

    /// What a colour of the page's light theme is, as Wireshark writes colours.
    fn of_page(name: &str) -> [u32; 3] {
        let light = PAGE.split_once("@media").unwrap().0;
        let (_, rest) = light.split_once(&format!("--{name}: #")).unwrap();
        let digits = &rest[..6];
        [0, 2, 4].map(|at| u32::from_str_radix(&digits[at..at + 2], 16).unwrap() * 257)
    }

    /// Name, background, letters.
    fn rules() -> Vec<(&'static str, [u32; 3], [u32; 3])> {
        let lines = FILES[0].1.lines().filter(|line| line.starts_with('@'));
        let rule = |line: &'static str| {
            let name = line.split('@').nth(1).unwrap();
            let (_, colours) = line.rsplit_once("@[").unwrap();
            let (back, front) = colours.trim_end_matches(']').split_once("][").unwrap();
            let colour = |text: &str| {
                let mut parts = text.split(',').map(|part| part.parse().unwrap());
                [(); 3].map(|()| parts.next().unwrap())
            };
            (name, colour(back), colour(front))
        };
        lines.map(rule).collect()
    }

    /// Thousandths of a colour's relative luminance (WCAG 2.2), the curve taken as a square:
    /// close enough to tell letters that can be read.
    fn light([red, green, blue]: [u32; 3]) -> u64 {
        let square = |part: u32| u64::from(part) * u64::from(part) / 65_535;
        (square(red) * 213 + square(green) * 715 + square(blue) * 72) / 65_535
    }

    #[test]
    fn the_colours_are_the_pages_and_can_be_read() {
        let rules = rules();
        let names: Vec<&str> = rules.iter().map(|rule| rule.0).collect();
        for (rule, token) in [
            ("Wirestage: lost", "bad"),
            ("Wirestage: the network itself", "tcp"),
            ("Wirestage: names", "name"),
            ("Wirestage: mail", "mail"),
            ("Wirestage: data", "data"),
            ("Wirestage: control", "control"),
        ] {
            let at = names.iter().position(|name| *name == rule);
            let (_, back, front) = rules[at.unwrap_or_else(|| panic!("no rule `{rule}`"))];
            assert_eq!(front, of_page(token), "{rule}");
            let contrast = 10 * (light(back) + 50) / (light(front) + 50);
            assert!(contrast >= 45, "{rule}: {contrast} tenths");
        }
        assert_eq!(names.len(), 6, "each rule is compared");
    }
}
