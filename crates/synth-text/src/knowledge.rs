//! Tables of common knowledge: what people know without being told.

use std::sync::OnceLock;

/// A table both ways, as [`crate::runtime::text::lookup`] reads it.
pub(crate) struct Known {
    /// What the table is about.
    pub(crate) name: &'static str,
    /// From the first column to the second.
    pub(crate) forward: String,
    /// From the second column to the first.
    pub(crate) backward: String,
}

/// Name, then pairs `key=value` divided by `|`.
const SOURCES: &[(&str, &str)] = &[
    (
        "months to numbers",
        "January=1|February=2|March=3|April=4|May=5|June=6|July=7|August=8|September=9|October=10|November=11|December=12",
    ),
    (
        "months to two digits",
        "January=01|February=02|March=03|April=04|May=05|June=06|July=07|August=08|September=09|October=10|November=11|December=12",
    ),
    (
        "short months to numbers",
        "Jan=1|Feb=2|Mar=3|Apr=4|May=5|Jun=6|Jul=7|Aug=8|Sep=9|Oct=10|Nov=11|Dec=12",
    ),
    (
        "short months to two digits",
        "Jan=01|Feb=02|Mar=03|Apr=04|May=05|Jun=06|Jul=07|Aug=08|Sep=09|Oct=10|Nov=11|Dec=12",
    ),
    (
        "months to short months",
        "January=Jan|February=Feb|March=Mar|April=Apr|May=May|June=Jun|July=Jul|August=Aug|September=Sep|October=Oct|November=Nov|December=Dec",
    ),
    (
        "weekdays to short weekdays",
        "Monday=Mon|Tuesday=Tue|Wednesday=Wed|Thursday=Thu|Friday=Fri|Saturday=Sat|Sunday=Sun",
    ),
    (
        "weekdays to numbers",
        "Monday=1|Tuesday=2|Wednesday=3|Thursday=4|Friday=5|Saturday=6|Sunday=7",
    ),
    ("short weekdays to numbers", "Mon=1|Tue=2|Wed=3|Thu=4|Fri=5|Sat=6|Sun=7"),
    (
        "US states",
        "Alabama=AL|Alaska=AK|Arizona=AZ|Arkansas=AR|California=CA|Colorado=CO|Connecticut=CT|Delaware=DE|Florida=FL|Georgia=GA|Hawaii=HI|Idaho=ID|Illinois=IL|Indiana=IN|Iowa=IA|Kansas=KS|Kentucky=KY|Louisiana=LA|Maine=ME|Maryland=MD|Massachusetts=MA|Michigan=MI|Minnesota=MN|Mississippi=MS|Missouri=MO|Montana=MT|Nebraska=NE|Nevada=NV|New Hampshire=NH|New Jersey=NJ|New Mexico=NM|New York=NY|North Carolina=NC|North Dakota=ND|Ohio=OH|Oklahoma=OK|Oregon=OR|Pennsylvania=PA|Rhode Island=RI|South Carolina=SC|South Dakota=SD|Tennessee=TN|Texas=TX|Utah=UT|Vermont=VT|Virginia=VA|Washington=WA|West Virginia=WV|Wisconsin=WI|Wyoming=WY",
    ),
    (
        "countries",
        "Germany=DE|France=FR|Spain=ES|Italy=IT|Japan=JP|China=CN|India=IN|Brazil=BR|Canada=CA|Mexico=MX|Austria=AT|Switzerland=CH|Netherlands=NL|Belgium=BE|Denmark=DK|Sweden=SE|Norway=NO|Finland=FI|Poland=PL|Portugal=PT|Greece=GR|Ireland=IE|Australia=AU|New Zealand=NZ|Russia=RU|Turkey=TR|Egypt=EG|South Africa=ZA|Argentina=AR|Chile=CL|South Korea=KR|United States=US|United Kingdom=GB|Ukraine=UA|Czechia=CZ|Hungary=HU",
    ),
    (
        "small ordinals",
        "first=1st|second=2nd|third=3rd|fourth=4th|fifth=5th|sixth=6th|seventh=7th|eighth=8th|ninth=9th|tenth=10th",
    ),
    ("yes and no", "yes=true|no=false"),
    ("yes and no as digits", "yes=1|no=0"),
    ("truth as digits", "true=1|false=0"),
    ("truth as words", "True=Yes|False=No"),
    (
        "Greek letters",
        "alpha=α|beta=β|gamma=γ|delta=δ|epsilon=ε|zeta=ζ|eta=η|theta=θ|iota=ι|kappa=κ|lambda=λ|mu=μ|nu=ν|xi=ξ|omicron=ο|pi=π|rho=ρ|sigma=σ|tau=τ|upsilon=υ|phi=φ|chi=χ|psi=ψ|omega=ω",
    ),
    ("currencies", "USD=$|EUR=€|GBP=£|JPY=¥|INR=₹"),
];

/// The text form of a table from pairs.
pub(crate) fn table<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    pairs.map(|(k, v)| format!("{k}\x1f{v}")).collect::<Vec<_>>().join("\x1e")
}

/// All tables.
pub(crate) fn tables() -> &'static [Known] {
    static TABLES: OnceLock<Vec<Known>> = OnceLock::new();
    TABLES.get_or_init(|| SOURCES.iter().map(|(name, s)| known(name, s)).collect())
}

fn known(name: &'static str, source: &str) -> Known {
    let pairs: Vec<(&str, &str)> = source.split('|').filter_map(|p| p.split_once('=')).collect();
    Known {
        name,
        forward: table(pairs.iter().copied()),
        backward: table(pairs.iter().map(|&(k, v)| (v, k))),
    }
}
