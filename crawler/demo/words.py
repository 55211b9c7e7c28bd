"""The words that the sample network's stories are made of; all invented, all harmless."""

TOPICS = ("harbour", "schools", "weather", "football", "theatre", "transport", "farming", "science")

SUBJECTS = {
    "harbour": (
        "Ferry crew",
        "Harbour board",
        "Dock workers",
        "Lighthouse keepers",
        "Fishing fleet",
        "Port pilots",
    ),
    "schools": ("Pupils", "Head teachers", "School kitchens", "Evening classes", "Parents", "Exam board"),
    "weather": (
        "Forecasters",
        "Storm watchers",
        "Coast guards",
        "Hill farmers",
        "Snow patrols",
        "Gauge readers",
    ),
    "football": ("Goalkeeper", "Second league", "Supporters", "Young referees", "Home side", "Groundstaff"),
    "theatre": ("Stage crew", "Touring company", "Puppet makers", "Choir", "Old playhouse", "Costume hall"),
    "transport": (
        "Tram drivers",
        "Night buses",
        "Ring road",
        "Station master",
        "Cycle couriers",
        "Tunnel engineers",
    ),
    "farming": (
        "Orchard owners",
        "Beekeepers",
        "Dairy farms",
        "Seed library",
        "Market gardeners",
        "Shepherds",
    ),
    "science": (
        "Star gazers",
        "River lab",
        "Museum curators",
        "Map makers",
        "Clock repairers",
        "Moss researchers",
    ),
}
VERBS = (
    "welcome",
    "question",
    "celebrate",
    "postpone",
    "measure",
    "repaint",
    "rediscover",
    "vote on",
    "rehearse",
)
OBJECTS = (
    "the new timetable", "a forgotten bridge", "record visitor numbers", "the winter plan", "an unusual donation",
    "three days of fog", "the quiet season", "a longer summer opening", "the repair budget", "a hundred-year-old map",
)  # fmt: skip
ENDINGS = (
    "after a long debate", "before the holidays", "for the second year", "despite the rain", "in front of a full hall",
    "with help from volunteers", "as neighbours watch", "and nobody knows why", "to mixed reactions", "at short notice",
)  # fmt: skip
COPIED = ("You won't believe: {}", "{} - what we know", "{}, and readers are amazed", "Just in: {}")
SENTENCES = (
    "The decision was made public on Monday, and most of those who had come to hear it stayed for the discussion.",
    "A spokesperson said that the costs would be met from savings, although the figures are still being checked.",
    "Older residents remember a similar plan from the seventies, which was dropped after one very wet autumn.",
    "The committee will meet again next month, when two further reports should be ready for everyone to read.",
    "Volunteers have offered their help, and a list was put up in the entrance of the town library for more names.",
    "Not everyone is convinced: several letters to this office ask for a slower pace and a proper survey first.",
    "The work itself should take about six weeks, if the weather holds and the parts arrive in the promised order.",
    "For visitors little will change, apart from a detour of five minutes that is marked with yellow signs.",
    "An exhibition in the old customs house shows drawings, models and a short film about how it all began.",
    "What happens after that is open, and those responsible say that they would rather promise too little.",
)
BRANDS = (("harbourpost", "HarbourPost"), ("dailylantern", "DailyLantern"), ("metroledger", "MetroLedger"))
