"""Look at a newspaper's site: its CMS, feeds, sections, name, logo, colour, language and time zone."""
