"""Which time zones places keep: American states, Canadian provinces, Australian states, countries.

Where a place keeps several, that of most of its people comes first. Names are those of the IANA database.
"""

from __future__ import annotations

_EAST, _MIDDLE = "America/New_York", "America/Chicago"
_MOUNTAIN, _PACIFIC = "America/Denver", "America/Los_Angeles"

_STATES = {
    _EAST: "CT Connecticut|DE Delaware|DC District of Columbia|GA Georgia|ME Maine|MD Maryland|"
    "MA Massachusetts|NH New Hampshire|NJ New Jersey|NY New York|NC North Carolina|OH Ohio|PA Pennsylvania|"
    "RI Rhode Island|SC South Carolina|VT Vermont|VA Virginia|WV West Virginia",
    _MIDDLE: "AL Alabama|AR Arkansas|IL Illinois|IA Iowa|LA Louisiana|MN Minnesota|MS Mississippi|"
    "MO Missouri|OK Oklahoma|WI Wisconsin",
    _MOUNTAIN: "CO Colorado|MT Montana|NM New Mexico|UT Utah|WY Wyoming",
    _PACIFIC: "CA California|NV Nevada|WA Washington",
    "America/Phoenix": "AZ Arizona",
    "America/Anchorage": "AK Alaska",
    "Pacific/Honolulu": "HI Hawaii",
    "America/Puerto_Rico": "PR Puerto Rico",
    f"{_EAST} {_MIDDLE}": "FL Florida",
    f"America/Indiana/Indianapolis {_MIDDLE}": "IN Indiana",
    f"America/Kentucky/Louisville {_MIDDLE}": "KY Kentucky",
    f"America/Detroit {_MIDDLE}": "MI Michigan",
    f"{_MIDDLE} {_EAST}": "TN Tennessee",
    f"{_MIDDLE} {_MOUNTAIN}": "KS Kansas|NE Nebraska|ND North Dakota|SD South Dakota|TX Texas",
    f"America/Boise {_PACIFIC}": "ID Idaho",
    f"{_PACIFIC} America/Boise": "OR Oregon",
}
_PROVINCES = {
    "America/Toronto America/Winnipeg": "ON Ontario",
    "America/Toronto": "QC Quebec|QC Québec",
    "America/Halifax": "NS Nova Scotia|NB New Brunswick|PE Prince Edward Island",
    "America/St_Johns America/Goose_Bay": "NL Newfoundland and Labrador",
    "America/Winnipeg": "MB Manitoba",
    "America/Regina": "SK Saskatchewan",
    "America/Edmonton": "AB Alberta",
    "America/Vancouver America/Edmonton": "BC British Columbia",
}
_AUSTRALIA = {
    "Australia/Sydney": "NSW New South Wales|ACT Australian Capital Territory",
    "Australia/Melbourne": "VIC Victoria",
    "Australia/Brisbane": "QLD Queensland",
    "Australia/Adelaide": "SA South Australia",
    "Australia/Perth": "WA Western Australia",
    "Australia/Hobart": "TAS Tasmania",
    "Australia/Darwin": "NT Northern Territory",
}
_COUNTRIES = {
    f"{_EAST} {_MIDDLE} {_MOUNTAIN} {_PACIFIC} America/Phoenix America/Anchorage Pacific/Honolulu": (
        "US United States|US USA|US United States of America"
    ),
    "America/Toronto America/Vancouver America/Edmonton America/Winnipeg America/Regina America/Halifax "
    "America/St_Johns": "CA Canada",
    "Australia/Sydney Australia/Brisbane Australia/Perth Australia/Adelaide Australia/Darwin": "AU Australia",
    "America/Mexico_City America/Tijuana America/Cancun America/Hermosillo": "MX Mexico",
    "America/Sao_Paulo America/Manaus America/Rio_Branco America/Noronha": "BR Brazil",
    "Europe/Madrid Atlantic/Canary": "ES Spain",
    "Europe/Lisbon Atlantic/Azores": "PT Portugal",
    "America/Santiago Pacific/Easter": "CL Chile",
    "Pacific/Auckland Pacific/Chatham": "NZ New Zealand",
    "Asia/Jakarta Asia/Makassar Asia/Jayapura": "ID Indonesia",
    "Europe/London": (
        "GB United Kingdom|GB UK|GB Great Britain|GB England|GB Scotland|GB Wales|GB Northern Ireland"
    ),
    "Europe/Dublin": "IE Ireland",
    "Europe/Paris": "FR France",
    "Europe/Berlin": "DE Germany|DE Deutschland",
    "Europe/Vienna": "AT Austria",
    "Europe/Zurich": "CH Switzerland",
    "Europe/Rome": "IT Italy",
    "Europe/Brussels": "BE Belgium",
    "Europe/Amsterdam": "NL Netherlands|NL The Netherlands",
    "Europe/Luxembourg": "LU Luxembourg",
    "Europe/Copenhagen": "DK Denmark",
    "Europe/Oslo": "NO Norway",
    "Europe/Stockholm": "SE Sweden",
    "Europe/Helsinki": "FI Finland",
    "Europe/Tallinn": "EE Estonia",
    "Europe/Riga": "LV Latvia",
    "Europe/Vilnius": "LT Lithuania",
    "Europe/Warsaw": "PL Poland",
    "Europe/Prague": "CZ Czechia|CZ Czech Republic",
    "Europe/Bratislava": "SK Slovakia",
    "Europe/Budapest": "HU Hungary",
    "Europe/Ljubljana": "SI Slovenia",
    "Europe/Zagreb": "HR Croatia",
    "Europe/Belgrade": "RS Serbia",
    "Europe/Bucharest": "RO Romania",
    "Europe/Sofia": "BG Bulgaria",
    "Europe/Athens": "GR Greece",
    "Europe/Malta": "MT Malta",
    "Europe/Istanbul": "TR Turkey|TR Türkiye",
    "Europe/Kyiv": "UA Ukraine",
    "Atlantic/Reykjavik": "IS Iceland",
    "Asia/Jerusalem": "IL Israel",
    "Asia/Beirut": "LB Lebanon",
    "Asia/Amman": "JO Jordan",
    "Asia/Riyadh": "SA Saudi Arabia",
    "Asia/Dubai": "AE United Arab Emirates",
    "Asia/Qatar": "QA Qatar",
    "Africa/Cairo": "EG Egypt",
    "Africa/Johannesburg": "ZA South Africa",
    "Africa/Lagos": "NG Nigeria",
    "Africa/Accra": "GH Ghana",
    "Africa/Nairobi": "KE Kenya",
    "Africa/Kampala": "UG Uganda",
    "Africa/Casablanca": "MA Morocco",
    "Asia/Kolkata": "IN India",
    "Asia/Karachi": "PK Pakistan",
    "Asia/Dhaka": "BD Bangladesh",
    "Asia/Colombo": "LK Sri Lanka",
    "Asia/Kathmandu": "NP Nepal",
    "Asia/Bangkok": "TH Thailand",
    "Asia/Ho_Chi_Minh": "VN Vietnam",
    "Asia/Singapore": "SG Singapore",
    "Asia/Kuala_Lumpur": "MY Malaysia",
    "Asia/Manila": "PH Philippines",
    "Asia/Hong_Kong": "HK Hong Kong",
    "Asia/Taipei": "TW Taiwan",
    "Asia/Shanghai": "CN China",
    "Asia/Tokyo": "JP Japan",
    "Asia/Seoul": "KR South Korea|KR Korea",
    "America/Argentina/Buenos_Aires": "AR Argentina",
    "America/Bogota": "CO Colombia",
    "America/Lima": "PE Peru",
    "America/Costa_Rica": "CR Costa Rica",
    "America/Panama": "PA Panama",
    "America/Jamaica": "JM Jamaica",
    "America/Port_of_Spain": "TT Trinidad and Tobago",
}
# Endings of domains that the whole world uses, whatever country they belong to; and two that are special.
_WORLDLY_ENDINGS = frozenset({"co", "in", "is", "pa", "my", "sa", "ar", "la"})
_ENDINGS = {"edu": "US", "uk": "GB"}

SHIFTING = (
    _EAST, _MIDDLE, _MOUNTAIN, _PACIFIC, "America/Anchorage", "America/Halifax", "America/St_Johns",
    "Europe/London", "Europe/Berlin", "Europe/Athens", "Australia/Sydney", "Australia/Adelaide",
    "Pacific/Auckland",
)  # fmt: skip
"""One zone for each way in which clocks of summer time go."""

Place = tuple[str, tuple[str, ...]]
"""A place's name and its time zones."""


def _key(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalpha())


def _table(data: dict[str, str], after: str = "") -> dict[str, Place]:
    """Return places by code and by name, without case, spaces and points."""
    places: dict[str, Place] = {}
    for zones, written in data.items():
        for entry in written.split("|"):
            code, _, name = entry.partition(" ")
            place = (places.get(_key(code), (name + after, ()))[0], tuple(zones.split()))
            places.setdefault(_key(code), place)
            places.setdefault(_key(name), place)
    return places


_BY_COUNTRY = _table(_COUNTRIES)
_BY_REGION = {
    "US": _table(_STATES, ", US"),
    "CA": _table(_PROVINCES, ", Canada"),
    "AU": _table(_AUSTRALIA, ", Australia"),
}
_CODES = {
    _key(name): entry.partition(" ")[0]
    for written in _COUNTRIES.values()
    for entry in written.split("|")
    for name in entry.split(" ", 1)
}


def find_place(region: str, country: str) -> Place | None:
    """Return the place that an address names by its state or province, or else by its country.

    Args:
        region: code or name, such as `RI`, `R.I.` or `Rhode Island`.
        country: code or name; where it is empty, an American state is meant.
    """
    code = _CODES.get(_key(country), "" if country else "US")
    place = _BY_REGION.get(code, {}).get(_key(region)) if region else None
    return place or (_BY_COUNTRY.get(_key(country)) if country else None)


def place_of_domain(host: str) -> Place | None:
    """Return the country whose ending a host's name has; None for endings that the whole world uses."""
    ending = host.rpartition(".")[2]
    return None if ending in _WORLDLY_ENDINGS else _BY_COUNTRY.get(_key(_ENDINGS.get(ending, ending)))
